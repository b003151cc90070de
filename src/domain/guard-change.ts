import * as z from 'zod/mini';
import { GuardDefinition } from './guard.ts';

/** The key under which the log records what is changed about itself. No workflow can begin under it. */
export const logKey = 'pulse';

/** The kinds of the events that change which guards are in force. */
export const guardChange = {
  apply: 'pulse.guard.__apply__',
  disable: 'pulse.guard.__disable__',
  enable: 'pulse.guard.__enable__',
} as const;

/** Whether events of a kind change which guards are in force. */
export function isGuardChange(kind: string): boolean {
  return kind === guardChange.apply || kind === guardChange.disable || kind === guardChange.enable;
}

/** The payload of an event that puts a guard in force, in the place of one of the same name. */
export const AppliedGuard = z.strictObject({ version: z.string(), definition: GuardDefinition });
export type AppliedGuard = z.infer<typeof AppliedGuard>;

/** The payload of an event that switches a guard off or on. */
export const SwitchedGuard = z.strictObject({ name: GuardDefinition.shape.name });
export type SwitchedGuard = z.infer<typeof SwitchedGuard>;

/** The state of the guard `guard-registry`: which guards were applied, by name, and which of them are in force. */
export type GuardRegistry = {
  /** How often it was changed. */
  changes: number;
  guards: Record<string, RegisteredGuard>;
};

export type RegisteredGuard = {
  /** The hash of the definition's content. */
  version: string;
  enabled: boolean;
  /** Which change put it in force last. Its states are built anew from then on. */
  activation: number;
};
