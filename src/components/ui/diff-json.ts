import { isJsonObject, type Json } from '#domain/json.ts';

/** A place in two JSON values where they differ; absent on the side that lacks it. */
export interface Difference {
  /** Such as `approvals[0].by`; empty for the whole. */
  path: string;
  before?: Json;
  after?: Json;
}

/** Finds where two JSON values differ, as deep as it goes. **Shape** empty when they are equal. */
export function diffJson(before: Json, after: Json, path = ''): Difference[] {
  if (before === after) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => diffMember(before, after, name, path === '' ? name : `${path}.${name}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const indices = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
    return indices.flatMap((index) => diffMember(before, after, index, `${path}[${index}]`));
  }
  return [{ path, before, after }];
}

function diffMember<T extends Json[] | { [name: string]: Json }>(before: T, after: T, name: keyof T, path: string) {
  const [had, has] = [Object.hasOwn(before, name), Object.hasOwn(after, name)];
  if (had && has) return diffJson(before[name] as Json, after[name] as Json, path);
  return [{ path, ...(had && { before: before[name] as Json }), ...(has && { after: after[name] as Json }) }];
}
