import { limits } from '#domain/limits.ts';

/** Which rows of a list are chosen. */
export interface Chosen {
  keys: ReadonlySet<string>;
  /** All that the list takes are chosen, whether this tab has read them or not. */
  matching: boolean;
}

export const noneChosen: Chosen = { keys: new Set(), matching: false };

/** An address may be so long, with everything in it, that servers and chats still take it. */
const mostCharacters = 3_000;

/** Reads what the URL says is chosen. */
export function readChosen(query: { get(name: string): string | null; getAll(name: string): string[] }): Chosen {
  if (query.get('chosen') === 'all') return { keys: new Set(), matching: true };
  const keys = query.getAll('row').filter((key) => key !== '' && key.length <= limits.keyCharacters);
  return keys.length === 0 ? noneChosen : { keys: new Set(keys), matching: false };
}

/** Adds what is chosen to a list's URL. More than an address can hold is left out altogether: half of it would be a lie. */
export function withChosen(href: string, { keys, matching }: Chosen): string {
  const rows = matching ? [['chosen', 'all']] : [...keys].map((key) => ['row', key]);
  if (rows.length === 0) return href;
  const query = new URLSearchParams(rows).toString();
  return query.length > mostCharacters ? href : `${href}${href.includes('?') ? '&' : '?'}${query}`;
}
