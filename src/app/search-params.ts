/** What Next hands a page of its URL's query. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The query as the browser knows it; of a repeated name the first value counts. */
export function toQuery(params: Awaited<SearchParams>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) query.set(name, first);
  }
  return query;
}
