/** The columns of the list: a card on a narrow screen, a grid from the middle on. */
export const rowColumns =
  'md:grid md:grid-cols-[16px_80px_minmax(160px,2.2fr)_minmax(120px,1.5fr)_76px_72px_68px] md:items-center md:gap-3 lg:gap-4 lg:grid-cols-[16px_88px_minmax(140px,1.5fr)_84px_minmax(180px,2fr)_84px_76px_96px_76px]';
