import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAdapter } from '#adapter/start-adapter.ts';
import type { Actor } from '#domain/actor.ts';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Json } from '#domain/json.ts';
import type { RoundResult } from '#domain/moderator.ts';
import { openPulse } from '#server/pulse.ts';
import { startWorkflow } from '#server/workflows/start.ts';
import { createPacer } from './pacer.ts';
import { openTestDatabase } from './test-database.ts';
import { createTestRun, type TestRun } from './test-run.ts';

export type { TestRun } from './test-run.ts';

/** A Pulse of one test: the real server module on a database of its own, a real adapter, and a clock that stands still. */
export interface TestPulse {
  /** Starts a workflow, which then waits for its test to let it go on. **Errors** as of `workflow.start`. */
  start<Input, Round extends RoundResult>(
    definition: WorkflowDefinition<Input, Round>,
    start?: { input?: Json; key?: string; maxRounds?: number },
  ): Promise<TestRun<Round>>;
  /** Moves the clock. What is appended from now on has happened so much later. */
  advance(ms: number): void;
  /** Stops what still runs, and removes the database. */
  close(): Promise<void>;
}

/** Whoever starts and aborts in a test. */
const tester: Actor = { type: 'user', id: 'tester', name: 'Tester', via: 'api' };

/**
 * Opens a Pulse that can run these definitions, for one test or a file of them.
 *
 * Everything is real but time: events happen at `at` (an ISO time; default: now) until the clock is moved. Roles take
 * as long as they take.
 * **Errors** `UNAVAILABLE` when no database can be made.
 */
export async function openTestPulse(
  definitions: readonly WorkflowDefinition[],
  { at }: { at?: string } = {},
): Promise<TestPulse> {
  const clock = at === undefined ? new Date() : new Date(at);
  const database = await openTestDatabase();
  const home = await mkdtemp(join(tmpdir(), 'pulse-testing-'));
  const now = () => new Date(clock);
  const pulse = await openPulse({ url: database.url, definitions: { definitions, problems: [] }, now });
  const pacer = createPacer();
  // Workflows that stand still take its room, too.
  const concurrency = 1_000;
  const adapter = await startAdapter({ pulse, definitions, home, concurrency, pace: pacer.pace, log: console.error });
  return {
    start: async ({ name }, { input, key, maxRounds } = {}) => {
      const { workflow } = await startWorkflow(pulse, { name, input, key, maxRounds }, tester);
      return createTestRun(pulse, pacer, workflow, tester);
    },
    advance: (ms) => void clock.setTime(clock.getTime() + ms),
    close: async () => {
      await adapter.stop();
      await pulse.close();
      await database.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
