/** Calls one of the endpoints that sign people in. **Errors** an Error whose message says what to do. */
export async function postAuth<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error('The server did not answer. Check that it runs, then try again.');
  });
  const answer = (await response.json().catch(() => ({}))) as { message?: string };
  if (!response.ok) throw new Error(answer.message ?? 'That did not work; try again in a moment.');
  return answer as T;
}

/** A path of this server to go to, from an address; anything else is the home page. */
export function readLocalPath(to: string | null | undefined): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}
