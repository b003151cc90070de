/** Writes a line to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes one answer of the API as it is, for people and programs to read. */
export function printJson(value: unknown): void {
  print(escapeControls(JSON.stringify(value, null, 2)));
}

/** Writes one item of many as a line of JSON. */
export function printJsonLine(value: unknown): void {
  print(toJsonLine(value));
}

/** A value as one line of JSON that is safe in a terminal. */
export function toJsonLine(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}

/** JSON leaves DEL and the C1 controls as they are, and some terminals obey them. Escaped, it is the same JSON. */
function escapeControls(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Ends quietly when whoever reads the output has gone, as in `upulse event tail | head`. */
export function endWhenNobodyReads(): void {
  onOutputError(() => process.exit(0));
}

/** Goes on when whoever reads the output has gone: a closed terminal must not keep a process from stopping in order. */
export function goOnWhenNobodyReads(): void {
  onOutputError(() => {});
}

/** A reader that is gone is EPIPE, a terminal that is gone EIO. */
function onOutputError(react: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', react);
}
