/** Makes the id that lets a command be repeated without doing it twice. Also where a page is not served securely. */
export function makeCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
