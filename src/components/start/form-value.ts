import type { Json, JsonObject } from '#domain/json.ts';
import type { Field } from './json-schema.ts';

/** A place in a form's value, as the server writes it in an issue: `steps[0].run`. */
export function joinPath(path: string, part: string | number): string {
  if (typeof part === 'number') return `${path}[${part}]`;
  return path ? `${path}.${part}` : part;
}

/** Puts a member into an object; `undefined` takes it away. */
export function withMember(object: Json | undefined, name: string, value: Json | undefined): JsonObject {
  const members = isObject(object) ? object : {};
  if (value !== undefined) return { ...members, [name]: value };
  const { [name]: _gone, ...others } = members;
  return others;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a form says what is missing. */
export interface MissingWords {
  blank: string;
  tooFew: (atLeast: number) => string;
}

/** Finds what must be filled in and is not. **Shape** issues as the server would name them, with paths below `input`. */
export function findMissing(
  field: Field,
  value: Json | undefined,
  path: string,
  words: MissingWords,
): { path: string; message: string }[] {
  if (field.type === 'object') {
    const object = isObject(value) ? value : {};
    return field.members.flatMap((member) => {
      const at = joinPath(path, member.name);
      const given = object[member.name];
      if (member.required && isBlank(given)) return [{ path: at, message: words.blank }];
      const isLeftOut = given === undefined || (!member.required && isEmpty(dropBlanks(member.field, given)));
      return isLeftOut ? [] : findMissing(member.field, given, at, words);
    });
  }
  if (field.type === 'list' && Array.isArray(value)) {
    const few = value.length < field.atLeast ? [{ path, message: words.tooFew(field.atLeast) }] : [];
    return [...few, ...value.flatMap((item, index) => findMissing(field.item, item, joinPath(path, index), words))];
  }
  return [];
}

function isEmpty(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Whether a form shows all of a value, so that nothing of it is lost unseen. */
export function fits(field: Field, value: Json): boolean {
  switch (field.type) {
    case 'object':
      return (
        isObject(value) &&
        Object.entries(value).every(([name, given]) => {
          const member = field.members.find((known) => known.name === name);
          return member !== undefined && fits(member.field, given);
        })
      );
    case 'list':
      return Array.isArray(value) && value.every((item) => fits(field.item, item));
    case 'map':
      return isObject(value) && Object.values(value).every((item) => fits(field.value, item));
    case 'choice':
      return typeof value === 'string' && field.options.includes(value);
    case 'json':
      return true;
    default:
      return typeof value === (field.type === 'text' ? 'string' : field.type);
  }
}

/** Leaves out optional texts that were left empty: nobody means them. */
export function dropBlanks(field: Field, value: Json | undefined): Json | undefined {
  if (field.type === 'object' && isObject(value)) {
    const members = Object.entries(value).flatMap(([name, given]) => {
      const member = field.members.find((known) => known.name === name);
      if (!member) return [[name, given] as const];
      if (!member.required && isBlank(given)) return [];
      const kept = dropBlanks(member.field, given);
      return !member.required && isEmpty(kept) ? [] : [[name, kept] as const];
    });
    return Object.fromEntries(members.filter(([, given]) => given !== undefined)) as JsonObject;
  }
  if (field.type === 'list' && Array.isArray(value)) {
    return value.map((item) => dropBlanks(field.item, item) ?? null);
  }
  return value;
}

/** The places at which a form shows what is wrong there. */
export function listPaths(field: Field, value: Json | undefined, path: string): string[] {
  switch (field.type) {
    case 'object': {
      const object = isObject(value) ? value : {};
      return field.members.flatMap((member) =>
        listPaths(member.field, object[member.name], joinPath(path, member.name)),
      );
    }
    case 'list': {
      const items = Array.isArray(value) ? value : [];
      return [path, ...items.flatMap((item, index) => listPaths(field.item, item, joinPath(path, index)))];
    }
    case 'map':
      return Object.keys(isObject(value) ? value : {}).map((name) => joinPath(path, name));
    case 'boolean':
      return [];
    default:
      return [path];
  }
}
