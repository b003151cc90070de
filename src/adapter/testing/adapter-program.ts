// An adapter in a process of its own that can be killed: tsx adapter-program.ts <database url> <home> <lease in ms>
import { z } from 'zod';
import { defineWorkflow } from '#domain/definition.ts';
import { command } from '#domain/role.ts';
import { openPulse } from '#server/pulse.ts';
import { startAdapter } from '../start-adapter.ts';

const Input = z.object({
  run: z.string(),
  env: z.record(z.string(), z.string()),
  graceMs: z.number(),
  rounds: z.number().default(1),
});

/** Runs the command in its input for some rounds, each again when it was lost. */
const test = defineWorkflow(
  {
    name: 'test',
    description: 'Runs a command.',
    input: Input,
    maxRounds: 50,
    retry: { attempts: 10, on: ['lost'], backoffMs: 0 },
  },
  {
    roles: { work: command(({ input }) => input) },
    moderator: ({ history, input }) =>
      history.filter(({ outcome }) => outcome === 'succeeded').length < input.rounds
        ? { role: 'work' }
        : { end: 'done' },
  },
);

const [url = '', home = '', leaseTtlMs] = process.argv.slice(2);
const pulse = await openPulse({ url });
const adapter = await startAdapter({
  pulse,
  definitions: [test],
  home,
  leaseTtlMs: Number(leaseTtlMs),
  log: console.error,
});
process.on('SIGTERM', async () => {
  await adapter.stop();
  await pulse.close();
});
console.log(adapter.id);
