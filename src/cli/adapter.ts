import type { Command } from 'commander';
import type { AdapterRunOptions } from './adapter/run-adapter.ts';
import { parseCount } from './parse-options.ts';

/** Adds `upulse adapter …`. */
export function addAdapterCommands(program: Command): void {
  const adapter = program.command('adapter').description('run workflows');
  adapter
    .command('run')
    .description('run workflows in this process until it is stopped')
    .option('--concurrency <n>', 'how many at once (default: 8)', parseCount)
    .option('--workflows <dir>', 'load the definitions in this directory too (default: PULSE_WORKFLOWS)')
    .action(async (options: AdapterRunOptions) => {
      const { runAdapter } = await import('./adapter/run-adapter.ts');
      await runAdapter(options);
    });
}
