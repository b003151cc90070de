import { hash } from 'node:crypto';
import { accessChanges, isAccessChange } from '#domain/access-change.ts';
import { invalidInput } from '#domain/errors.ts';
import type { GuardDefinition } from '#domain/guard.ts';
import { AppliedGuard, guardChange, logKey, SwitchedGuard } from '#domain/guard-change.ts';
import { canonicalJson, type Json } from '#domain/json.ts';
import { control, splitKind } from '#domain/kind.ts';
import { parseInput } from '../parse-input.ts';
import { type CompiledGuard, compileGuard } from './compile.ts';
import { shippedGuards } from './shipped.ts';

/** The version of a definition: the SHA-256 of its canonical JSON, in hex. */
export function versionOf(definition: GuardDefinition): string {
  return hash('sha256', canonicalJson(definition as unknown as Json));
}

/**
 * Compiles a definition that is to be applied.
 *
 * **Errors** `GUARD_INVALID`; `INVALID_INPUT` for the name of a shipped guard.
 */
export function compileForeign(definition: unknown): CompiledGuard {
  const guard = compileGuard(definition);
  refuseShipped(guard.name, 'definition.name');
  return guard;
}

/** **Errors** `INVALID_INPUT` for the name of a shipped guard. */
export function refuseShipped(name: string, path: string): void {
  if (shippedGuards.some((shipped) => shipped.name === name))
    throw invalidInput(path, `is '${name}', which Pulse ships: it can't be replaced or switched off`);
}

/** What may still close a workflow that had the log's key before it was the log's. */
const closing: readonly string[] = [control.abort, control.end, control.stopped];

/**
 * Sees to it that the key of the log itself takes nothing but changes of guards that can take effect, what is recorded of
 * people and tokens, and the end of a workflow that had it before, whoever appends it.
 *
 * **Errors** `INVALID_INPUT`, `GUARD_INVALID`
 */
export function checkGuardChanges({ key, events }: { key: string; events: { kind: string; payload: Json }[] }): void {
  if (key !== logKey) return;
  for (const { kind, payload } of events) {
    if (kind === guardChange.apply) {
      const { version, definition } = parseInput(AppliedGuard, payload);
      compileForeign(definition);
      if (version !== versionOf(definition)) throw invalidInput('payload.version', 'is not the hash of the definition');
    } else if (kind === guardChange.disable || kind === guardChange.enable) {
      refuseShipped(parseInput(SwitchedGuard, payload).name, 'payload.name');
    } else if (isAccessChange(kind)) {
      parseInput(accessChanges[kind], payload);
    } else if (!closing.includes(splitKind(kind).tail))
      throw invalidInput('key', `is '${logKey}', where the log records what is changed about itself; choose another`);
  }
}
