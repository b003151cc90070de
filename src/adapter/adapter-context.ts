import type { Actor } from '#domain/actor.ts';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Limits } from '#server/leases/claim-workflows.ts';
import type { LookAtWorkflow } from '#server/leases/look-at-workflow.ts';
import type { Pulse } from '#server/pulse.ts';
import type { Watchdog } from './processes/watchdog.ts';
import type { RefusedCommands } from './refused-commands.ts';
import type { OutputWriter } from './role-output/output-writer.ts';

/** What all parts of one adapter share. */
export interface AdapterContext {
  id: string;
  pulse: Pulse;
  look: LookAtWorkflow;
  actor: Actor;
  /** By name. */
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  refused: RefusedCommands;
  /** `PULSE_HOME` as an absolute path. */
  home: string;
  watchdog: Watchdog;
  output: OutputWriter;
  concurrency: number;
  leaseTtlMs: number;
  turnMs: number;
  /** Of the definitions that have one. */
  limits: Limits;
  /** Asked before each tick of a workflow, once all of the one before is written. */
  pace: ((key: string, signal: AbortSignal) => Promise<void>) | undefined;
  /** Whether it has been asked to stop. */
  isStopping(): boolean;
  /** Takes one line for the people who run it. */
  log(line: string): void;
}
