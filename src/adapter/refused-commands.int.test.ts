import { expect, it } from 'vitest';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Pulse } from '#server/pulse.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { pipeline } from '#workflows/pipeline.ts';
import { setUpAdapters, waitFor } from './testing/adapters.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
const [definitions, leaseTtlMs] = [[pipeline as WorkflowDefinition], 600];

async function run(pulse: Pulse): Promise<unknown> {
  const key = newKey();
  await appendOne(pulse, key, 'pipeline.__start__', { input: { cwd: '/', steps: [{ role: 'step', run: 'true' }] } });
  return (await waitFor(pulse, key, ({ kind }) => kind === 'pipeline.__end__')).payload;
}

it('leaves workflows whose input names programs to an adapter that runs them, while there is one', async () => {
  const [here, there] = pulses as [Pulse, Pulse];
  const allowing = await startOne(there, { definitions, leaseTtlMs, allowCommands: true });
  await startOne(here, { definitions, leaseTtlMs });
  for (let index = 0; index < 8; index += 1) expect(await run(here)).toMatchObject({ outcome: 'done' });
  await allowing.stop();
  expect(await run(here)).toMatchObject({ outcome: 'failed', error: expect.stringContaining('--allow-commands') });
});
