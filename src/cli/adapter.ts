import type { Command } from 'commander';
import type { AdapterRunOptions } from './adapter/run-adapter.ts';
import { parseConcurrency, parseLeaseTtl, parseTimer } from './parse-options.ts';

/** Adds `upulse adapter …`. */
export function addAdapterCommands(program: Command): void {
  const adapter = program.command('adapter').description('run workflows');
  adapter
    .command('run')
    .description('run workflows in this process until it is stopped')
    .option('--concurrency <n>', 'how many at once (default: 8)', parseConcurrency)
    .option('--allow-commands', 'run the programs that the input of a workflow names, as pipeline and meta do')
    .option('--workflows <dir>', 'load the definitions in this directory too (default: PULSE_WORKFLOWS)')
    .option('--lease-ttl <time>', 'without a sign of life for so long, others take over (default: 10s)', parseLeaseTtl)
    .option('--drain <time>', 'when told to stop, how long rounds may go on to their end (default: 5s)', parseTimer)
    .action(async (options: AdapterRunOptions) => {
      const { runAdapter } = await import('./adapter/run-adapter.ts');
      await runAdapter(options);
    });
}
