/**
 * The JSONata functions that a guard may call, with the number of arguments each takes.
 *
 * All are bounded: they take no function, and their result is no larger than what they are given. The number is fixed,
 * because a missing argument silently becomes the whole context, and `$string`'s second one switches on indentation.
 */
export const allowedFunctions: ReadonlyMap<string, number> = new Map([
  ['exists', 1],
  ['not', 1],
  ['boolean', 1],
  ['type', 1],
  ['string', 1],
  ['number', 1],
  ['length', 1],
  ['contains', 2],
  ['substringBefore', 2],
  ['substringAfter', 2],
  ['lowercase', 1],
  ['uppercase', 1],
  ['count', 1],
  ['merge', 1],
  ['lookup', 2],
  ['keys', 1],
  ['append', 2],
]);
