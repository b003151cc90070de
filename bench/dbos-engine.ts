// DBOS in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { importDbos } from './dbos.ts';
import { nowMs, type ToEngine, tell, toProgram } from './engine-messages.ts';
import { measureRate } from './measure.ts';

const DBOS = await importDbos();
const programs = new Set<ChildProcess>();

const waits = DBOS.registerWorkflow(
  async (pidFile: string) => {
    const key = DBOS.workflowID as string;
    await DBOS.runStep(
      async () => {
        const signal = DBOS.stepStatus?.cancelSignal as AbortSignal;
        signal.addEventListener('abort', () => tell({ type: 'aborted', key, atMs: nowMs() }));
        const [command, ...args] = toProgram(pidFile);
        const program = spawn(command, args, { signal, stdio: 'ignore' });
        programs.add(program);
        const gone = new Promise<void>((resolve) => program.once('exit', () => resolve()));
        program.on('error', () => {}); // That it was aborted.
        tell({ type: 'running', key });
        await gone;
        tell({ type: 'over', key, atMs: nowMs() });
      },
      { name: 'wait' },
    );
  },
  { name: 'waits' },
);

const threeSteps = DBOS.registerWorkflow(
  async () => {
    for (const name of ['first', 'second', 'third']) await DBOS.runStep(async () => null, { name });
  },
  { name: 'three' },
);

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env.DBOS_DATABASE_URL as string, logLevel: 'error' });
await DBOS.launch();

const runThree = async () => (await DBOS.startWorkflow(threeSteps)()).getResult();

process.on('message', async (message: ToEngine) => {
  if (message.type === 'start') await DBOS.startWorkflow(waits, { workflowID: message.key })(message.pidFile);
  else tell({ type: 'measured', perSecond: await measureRate(message.inFlight, message.durationMs, () => runThree) });
});
process.on('disconnect', () => {
  for (const program of programs) program.kill();
  process.exit();
});
tell({ type: 'ready' });
