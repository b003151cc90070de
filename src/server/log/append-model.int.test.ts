import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Workflow } from '#domain/workflow.ts';
import { ana, newKey, setUpPulses } from '#test/pulse.ts';
import { verifyLog } from '../audit/verify-log.ts';
import { getGuardState } from '../guards/read-guards.ts';
import type { Pulse } from '../pulse.ts';
import { getWorkflow } from '../workflows/get.ts';
import { readLog } from './read.ts';
import { type ModelRequest, untouched } from './testing/append-model.ts';
import { checkStep, emptyModelLog, type ModelLog } from './testing/check-step.ts';
import { anyRequest, toRequest } from './testing/model-requests.ts';

const { pulses, url } = setUpPulses(3);
const here = () => pulses[0] as Pulse;

/** What the callers do at once, and after that, and after that. */
const steps = fc.array(fc.array(anyRequest, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 16,
  size: '+1',
});
let requests = 0;

async function checkStored(log: ModelLog, key: string): Promise<void> {
  const { status, round, role, sequence, epoch } = log.keys.get(key) ?? untouched;
  const state = async (name: string) => (await getGuardState(here(), { name, key })).state;
  expect(await state('workflow-lifecycle')).toEqual({ status });
  expect(await state('workflow-rounds')).toEqual({ status, round, role });
  const workflow = await getWorkflow(here(), { key }).catch(() => null);
  expect(workflow).toEqual(log.workflows.get(key) ?? null);
  if (workflow) expect(workflow).toMatchObject({ status, round, role });
  const stream = await here().prisma.stream.findUnique({ where: { key } });
  expect([stream?.sequence ?? 0, stream?.leaseEpoch ?? 0]).toEqual([sequence, epoch]);
  await checkTurn(key, workflow);
}

/** Nobody claims here, so a turn is due when the workflow says, and at once when that says nothing. */
async function checkTurn(key: string, workflow: Workflow | null): Promise<void> {
  const turn = await here().prisma.lease.findUnique({ where: { key } });
  if (!workflow || (workflow.status !== 'active' && workflow.role === null)) return expect(turn).toBeNull();
  expect(turn).toMatchObject({ name: 'meta', adapterId: null });
  const { resumeAt, waitingFor } = workflow;
  if (resumeAt !== null || waitingFor !== null) expect(turn?.dueAt?.toISOString() ?? null).toBe(resumeAt);
  else expect(turn?.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
}

it('does what the model says, whoever asks for what in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const keys = [newKey(), newKey(), newKey()];
      let cursor = await here().head();
      const log = emptyModelLog(cursor.position);
      const commands: ModelRequest[] = [];
      for (const step of list) {
        const asked = new Map<number, ModelRequest>();
        for (const each of step) {
          const request = toRequest(log, commands, keys, each, ++requests);
          asked.set(requests, request);
          if (request.commandId !== undefined) commands.push(request);
        }
        const results = await Promise.allSettled(
          [...asked.values()].map((request, index) => (pulses[step[index]?.caller ?? 0] as Pulse).append(request)),
        );
        const answers = new Map([...asked.keys()].map((n, index) => [n, results[index] as (typeof results)[number]]));
        const until = await here().head();
        const { entries } = await readLog(here().prisma, { after: cursor, until, limit: 1_000 });
        checkStep(
          log,
          asked,
          answers,
          entries.map(({ entry }) => entry),
        );
        expect(until.position).toBe(log.position);
        cursor = until;
      }
      for (const key of keys) await checkStored(log, key);
    }),
    { numRuns: 25 },
  );
}, 60_000);

it('answers a repeated command that names the sequence of then with the first result', async () => {
  const key = newKey();
  const events = [{ kind: 'note.added', payload: {} }];
  const command = { key, events, actor: ana, commandId: `named-${key}`, expectedSequence: 0 };
  const first = await here().append(command);
  expect((await here().append(command)).events).toEqual(first.events);
});

afterAll(async () => {
  expect(await verifyLog({ url: url() })).toMatchObject({ ok: true, problem: null });
});
