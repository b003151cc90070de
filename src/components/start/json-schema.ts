import type { Json, JsonObject } from '#domain/json.ts';

/** One field of a form, read from a JSON Schema. */
export type Field =
  | { type: 'text'; long: boolean; maxLength: number | null }
  | { type: 'number'; integer: boolean }
  | { type: 'boolean' }
  | { type: 'choice'; options: string[] }
  | { type: 'object'; members: Member[] }
  | { type: 'list'; item: Field; atLeast: number }
  | { type: 'map'; value: Field }
  | { type: 'json' };

/** A named field of an object. */
export interface Member {
  name: string;
  label: string;
  description: string | null;
  required: boolean;
  field: Field;
}

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: Json[];
  description?: string;
  title?: string;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minItems?: number;
  [keyword: string]: unknown;
}

/** Reads a form from a JSON Schema (draft 2020-12). What no form can show is a field of raw JSON. */
export function readField(schema: Json): Field {
  return toField(schema as unknown as Schema, 0);
}

const maxDepth = 6;

function toField(schema: Schema, depth: number): Field {
  if (typeof schema !== 'object' || schema === null || depth > maxDepth) return { type: 'json' };
  if (Array.isArray(schema.enum) && schema.enum.every((option) => typeof option === 'string'))
    return { type: 'choice', options: schema.enum as string[] };
  switch (schema.type) {
    case 'string':
      return { type: 'text', long: isLong(schema), maxLength: schema.maxLength ?? null };
    case 'number':
    case 'integer':
      return { type: 'number', integer: schema.type === 'integer' };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return schema.items
        ? { type: 'list', item: toField(schema.items, depth + 1), atLeast: schema.minItems ?? 0 }
        : { type: 'json' };
    case 'object':
      return toObjectField(schema, depth);
    default:
      return { type: 'json' };
  }
}

function toObjectField(schema: Schema, depth: number): Field {
  const { properties, required = [], additionalProperties } = schema;
  if (properties) {
    const members = Object.entries(properties).map(([name, member]) => ({
      name,
      label: member.title ?? name,
      description: member.description ?? null,
      required: required.includes(name),
      field: toField(member, depth + 1),
    }));
    return { type: 'object', members };
  }
  return typeof additionalProperties === 'object'
    ? { type: 'map', value: toField(additionalProperties, depth + 1) }
    : { type: 'json' };
}

/** A text with a pattern or a short limit is a name; any other may have lines. */
function isLong({ maxLength, pattern, format }: Schema): boolean {
  return !pattern && !format && (maxLength === undefined || maxLength > 200);
}

/** The value with which a form begins: what must be there is there, empty. */
export function emptyValue(field: Field): Json | undefined {
  switch (field.type) {
    case 'object': {
      const members = field.members
        .filter(({ required }) => required)
        .map(({ name, field }) => [name, emptyValue(field)]);
      return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
    }
    case 'list':
      return Array.from({ length: Math.max(1, field.atLeast) }, () => emptyValue(field.item) ?? '');
    case 'map':
      return {};
    case 'boolean':
      return false;
    case 'text':
      return '';
    default:
      return undefined;
  }
}
