import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '#adapter/testing/adapters.ts';
import { appendOne, setUpPulses } from '#test/pulse.ts';
import { runUpulse, startUpulse, type UpulseRun } from './testing/run-upulse.ts';

const { pulses, url, ownerUrl } = setUpPulses();

let directory: string;
let run: UpulseRun | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-workflows-'));
});
afterEach(async () => {
  await run?.stop('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const env = () => ({ DATABASE_URL: url(), DATABASE_OWNER_URL: ownerUrl(), PULSE_HOME: join(directory, 'home') });

const greets = `
import { z } from 'zod';
import { defineWorkflow, fn, type RoleContext } from 'pulse/workflows';

const Input = z.object({ who: z.string() });

export function greet({ input }: RoleContext<z.infer<typeof Input>>) {
  return \`hello \${input.who}\`;
}

export default defineWorkflow(
  { name: 'greets', description: 'Greets somebody.', input: Input, maxRounds: 1 },
  {
    roles: { greet: fn(greet, { isolate: import.meta.url }) },
    moderator: ({ history }) => (history.length === 0 ? { role: 'greet' } : { end: 'greeted' }),
  },
);`;

test('an adapter runs definitions of a directory, in threads of their own too, and names a file that is broken', async () => {
  const [pulse] = pulses;
  if (!pulse) throw new Error('no log is open');
  await writeFile(join(directory, 'greets.ts'), greets);
  await writeFile(join(directory, 'broken.ts'), 'export default {');
  run = startUpulse(['adapter', 'run', '--workflows', directory], { env: env() });
  await run.waitFor(/runs meta, pipeline, greets:/);
  expect(run.stderr()).toMatch(/^broken\.ts: .*found end of file$/m);
  await appendOne(pulse, 'k1', 'greets.__start__', { input: { who: 'Ana' }, maxRounds: 1 });
  const greeted = await waitFor(pulse, 'k1', ({ kind }) => kind === 'greets.greet');
  expect(greeted.payload).toMatchObject({ outcome: 'succeeded', output: 'hello Ana' });
  await waitFor(pulse, 'k1', ({ kind }) => kind === 'greets.__end__');
  expect(await run.stop('SIGTERM')).toBe(0);
});

test.each(['up', 'adapter run'])(
  'upulse %s refuses a directory that is not there, and starts nothing',
  async (command) => {
    const nowhere = join(directory, 'nowhere');
    const changes = { PORT: '0', PULSE_WORKFLOWS: nowhere };
    const { code, stdout, stderr } = await runUpulse(command.split(' '), { env: { ...env(), ...changes } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${nowhere} can't be read as a directory (ENOENT)`);
  },
);
