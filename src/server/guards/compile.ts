import { z } from 'zod';
import { PulseError } from '#domain/errors.ts';
import { GuardDefinition, type GuardSource } from '#domain/guard.ts';
import { describeIssue } from '#domain/issue.ts';
import type { Json } from '#domain/json.ts';
import { compareSpecificity, matchesKind } from '#domain/kind.ts';
import { compileExpression, type RunExpression } from './expression.ts';
import { toState } from './state.ts';

/** One source, ready to run. */
export interface CompiledSource {
  readonly definition: GuardSource;
  readonly check: RunExpression;
  readonly transition: RunExpression;
}

/** A guard whose expressions were judged and compiled, once. */
export interface CompiledGuard {
  readonly name: string;
  /** Under which its state is kept: the name; for a guard that was applied with its version and which change did so. */
  readonly stateName: string;
  readonly definition: GuardDefinition;
  readonly initialValue: Json;
  /** The source that decides about events of a kind: the most specific one that matches, or none. */
  readonly pickSource: (kind: string) => CompiledSource | undefined;
  /** Why it can't be asked, so that it refuses. */
  readonly problem?: string;
}

interface Issue {
  path: string;
  message: string;
}

const maxIssues = 20;
const maxCachedKinds = 1_000;

/**
 * Makes a guard from a definition of any origin.
 *
 * **Errors** `GUARD_INVALID`, whose issues name each place, such as `sources[1].check`, and what is not allowed there.
 */
export function compileGuard(definition: unknown): CompiledGuard {
  const parsed = GuardDefinition.safeParse(definition);
  if (!parsed.success) throw guardInvalid(definition, parsed.error.issues.slice(0, maxIssues).map(toIssue));
  const issues: Issue[] = [];
  const initialValue = readInitialValue(parsed.data.initial_value, issues);
  const sources: CompiledSource[] = [];
  for (const [index, source] of parsed.data.sources.entries()) {
    if (issues.length >= maxIssues) break;
    const check = compilePart(source.check, `sources[${index}].check`, issues);
    const transition = compilePart(source.transition, `sources[${index}].transition`, issues);
    sources.push({ definition: source, check, transition });
  }
  if (issues.length > 0) throw guardInvalid(definition, issues);
  const { name } = parsed.data;
  return { name, stateName: name, definition: parsed.data, initialValue, pickSource: makePickSource(sources) };
}

function readInitialValue(value: Json, issues: Issue[]): Json {
  try {
    return toState(value);
  } catch (error) {
    issues.push({ path: 'initial_value', message: (error as Error).message });
    return null;
  }
}

function compilePart(source: string, path: string, issues: Issue[]): RunExpression {
  const compiled = compileExpression(source);
  if (compiled.ok) return compiled.run;
  issues.push(...compiled.problems.map((message) => ({ path, message })));
  return () => undefined;
}

// Kinds come from outside, so what is remembered about them is bounded: past the limit it starts anew.
function makePickSource(sources: readonly CompiledSource[]): CompiledGuard['pickSource'] {
  const ordered = sources.toSorted((left, right) => compareSpecificity(left.definition.kind, right.definition.kind));
  const known = new Map<string, CompiledSource | undefined>();
  return (kind) => {
    const cached = known.get(kind);
    if (cached !== undefined || known.has(kind)) return cached;
    if (known.size >= maxCachedKinds) known.clear();
    const picked = ordered.find((source) => matchesKind(source.definition.kind, kind));
    known.set(kind, picked);
    return picked;
  };
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  return { path: z.core.toDotPath(issue.path), message: describeIssue(issue) };
}

function guardInvalid(definition: unknown, issues: Issue[]): PulseError<'GUARD_INVALID'> {
  const name = (definition as { name?: unknown } | null)?.name;
  const title = typeof name === 'string' ? `The guard ${name.slice(0, 100)}` : 'The guard';
  const lines = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return new PulseError('GUARD_INVALID', `${title} is not valid. ${lines.join('. ')}.`, { issues });
}
