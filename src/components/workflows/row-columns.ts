/** The columns of the list: a card on a narrow screen, a grid from the middle on. */
export const rowColumns =
  'md:grid md:grid-cols-[88px_minmax(120px,1.6fr)_minmax(150px,2fr)_84px_76px_76px] md:items-center md:gap-4 lg:grid-cols-[88px_minmax(140px,1.5fr)_84px_minmax(180px,2fr)_84px_76px_96px_76px]';
