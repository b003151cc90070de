import { type Command, Option } from 'commander';
import { parseCount } from './parse-options.ts';

/** Adds `upulse audit …`. */
export function addAuditCommands(program: Command): void {
  const audit = program
    .command('audit')
    .description('prove that the log is what was written; reads the database itself, not the server');

  audit
    .command('verify')
    .description('name the first event that was altered, removed, inserted or reordered; exit 3 if there is one')
    .option('--key <key>', 'only the events of one workflow')
    .option('--checkpoint <file>', 'also prove that the log extends this one; may be given several times', collect)
    .option('--public-key <file>', "who must have signed the checkpoints (default: this home's key)")
    .addOption(
      new Option('--file <file>', 'verify an export, without a database; several that go on from each other, in order')
        .argParser(collect)
        .conflicts('key'),
    )
    .addOption(
      new Option(
        '--archive <file>',
        'an export of the events before the first that the database has; several, in order',
      )
        .argParser(collect)
        .conflicts(['key', 'file']),
    )
    .action(async (options, command: Command) => {
      const { verify } = await import('./audit/verify.ts');
      await verify(options, command);
    });

  audit
    .command('checkpoint')
    .description('verify the log and sign what it is now, to keep elsewhere')
    .option('--out <file>', 'where to write it (default: standard output)')
    .option('--private-key <file>', "an Ed25519 key in PEM (default: this home's, made when there is none)")
    .option('--archive <file>', 'as of verify', collect)
    .action(async (options, command: Command) => {
      const { checkpoint } = await import('./audit/checkpoint.ts');
      await checkpoint(options, command);
    });

  audit
    .command('export')
    .description('write the log so that it can be verified without a database')
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--key <key>', 'only the events of one workflow')
    .addOption(new Option('--after <file>', 'go on from where this export ends').conflicts('key'))
    .addOption(
      new Option('--to <position>', 'the last event to write (default: the last there is)')
        .argParser(parseCount)
        .conflicts('key'),
    )
    .option('--out <file>', 'where to write it (default: standard output)')
    .action(async (options, command: Command) => {
      const { exportEvents } = await import('./audit/export.ts');
      await exportEvents(options, command);
    });
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
