import { type Command, Option } from 'commander';
import { parseCount } from './parse-options.ts';
import type { UpOptions } from './up/run-up.ts';

/** Adds `upulse up`. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start everything: the database, the dashboard on HOST and PORT, and an adapter')
    .option('--demo', 'with sample workflows on a small repository under PULSE_HOME')
    .option('--workflows <dir>', 'load the definitions in this directory too (default: PULSE_WORKFLOWS)')
    .option(
      '--allow-commands',
      'run the programs that the input of a workflow names, as pipeline and meta do; --demo does',
    )
    .option('--no-adapter', 'without an adapter: nothing runs until upulse adapter run does')
    .option(
      '--max-connections <n>',
      'how many streams of the log may be open at once; more are told to come back later (default: 2000)',
      parseCount,
    )
    .addOption(new Option('--dev', 'for work on Pulse itself: the dashboard is compiled as it is edited'))
    .action(async (options: UpOptions) => {
      const { runUp } = await import('./up/run-up.ts');
      await runUp(options);
    });
}
