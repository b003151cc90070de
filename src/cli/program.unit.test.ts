import { type Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { createProgram, findCommandPath } from './program.ts';

/** What a command's action sees, without running it. */
async function parse(line: string) {
  const program = createProgram();
  const args = line.split(' ').filter(Boolean);
  let seen: { arguments: unknown[]; options: unknown } | undefined;
  const command = findCommandPath(program, args).reduce(
    (found, name) => found.commands.find((candidate) => candidate.name() === name) ?? found,
    program,
  );
  command.action((...given: unknown[]) => {
    seen = { arguments: given.slice(0, -2), options: command.optsWithGlobals() };
  });
  await program.parseAsync(args, { from: 'user' });
  return seen;
}

test('global options may stand before or after the command', async () => {
  const options = { json: true, url: 'http://host', limit: 5 };
  for (const line of [
    '--json --url http://host workflow list --limit 5',
    'workflow --json list --limit 5 --url http://host',
    'workflow list --limit 5 --url http://host --json',
  ]) {
    expect(await parse(line)).toEqual({ arguments: [], options });
  }
});

test.each([
  ['up --demo --no-adapter', [], { demo: true, adapter: false }],
  ['up', [], { adapter: true }],
  ['up --max-connections 50', [], { adapter: true, maxConnections: 50 }],
  ['adapter run --concurrency 3', [], { concurrency: 3 }],
  ['adapter run --lease-ttl 30s --drain 0s', [], { leaseTtl: 30_000, drain: 0 }],
  ['workflow start meta --key k --input {} --max-rounds 9', ['meta'], { key: 'k', input: '{}', maxRounds: 9 }],
  ['workflow start meta --timeout 2m', ['meta'], { timeout: 120_000 }],
  ['workflow start meta --input-file -', ['meta'], { inputFile: '-' }],
  ['workflow abort a b c --reason why', [['a', 'b', 'c']], { cascade: true, reason: 'why' }],
  ['workflow abort a --no-cascade', [['a']], { cascade: false }],
  ['workflow abort --all --name n --dry-run', [[]], { all: true, cascade: true, name: 'n', dryRun: true }],
  [
    'workflow list --status active,ended --name meta --search t --order asc',
    [],
    { status: ['active', 'ended'], name: 'meta', search: 't', order: 'asc' },
  ],
  ['workflow show -- -k', ['-k'], {}],
  ['workflow timeline k --follow', ['k'], { follow: true }],
  ['event append a.b k --payload {}', ['a.b', 'k'], { payload: '{}' }],
  ['event tail --after latest --kind *.b --key k', [], { after: 'latest', kind: '*.b', key: 'k' }],
  ['guard list', [], {}],
  ['guard show g', ['g'], {}],
  ['guard state g k', ['g', 'k'], {}],
  ['guard apply f --dry-run', ['f'], { dryRun: true }],
  ['guard disable g', ['g'], {}],
  ['guard enable g', ['g'], {}],
  ['token create ci --expires 2027-01-31T00:00:00Z', ['ci'], { expires: '2027-01-31T00:00:00.000Z' }],
  ['audit verify --key k', [], { key: 'k' }],
  ['audit verify --checkpoint a --checkpoint b --public-key p', [], { checkpoint: ['a', 'b'], publicKey: 'p' }],
  ['audit verify --file f', [], { file: ['f'] }],
  ['audit checkpoint --out f --private-key p', [], { out: 'f', privateKey: 'p' }],
  ['audit export --format csv --key k --out f', [], { format: 'csv', key: 'k', out: 'f' }],
  ['db migrate', [], {}],
])('upulse %s', async (line, args, options) => {
  expect(await parse(line)).toEqual({ arguments: args, options });
});

test.each(['up', 'adapter run', 'audit verify', 'audit checkpoint', 'audit export', 'db migrate'])(
  'upulse %s asks no server, so it refuses --url and names what names the database',
  async (line) => {
    for (const args of [`--url http://host ${line}`, `${line} --url http://host`])
      await expect(parse(args)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(
          `^--url names a server, and upulse ${line} asks none; .*DATABASE_URL.*PULSE_HOME`,
        ),
      });
  },
);

/** What a help command prints. */
async function readHelp(line: string): Promise<string> {
  const program = createProgram();
  let text = '';
  const write = { writeOut: (part: string) => (text += part) };
  const quieten = (command: Command) => command.configureOutput(write).commands.forEach(quieten);
  quieten(program);
  await expect(program.parseAsync(line.split(' '), { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
  return text;
}

test.each([
  ['help', 'Usage: upulse [options] [command]'],
  ['help workflow', 'Usage: upulse workflow [options] [command]'],
  ['help workflow start', 'Usage: upulse workflow start [options] <name>'],
  ['workflow help start', 'Usage: upulse workflow start [options] <name>'],
])('upulse %s shows the help of the command it names', async (line, usage) => {
  expect(await readHelp(line)).toContain(usage);
});

test.each(['help worklow', 'help workflow stop', 'help workflow start now'])(
  'upulse %s names no command',
  async (line) => {
    const parsing = createProgram().parseAsync(line.split(' '), { from: 'user' });
    await expect(parsing).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('unknown command') });
  },
);

test('the help of a limit says how far it goes', async () => {
  expect(await readHelp('workflow list --help')).toContain('up to 1000 (default: 50)');
});

test.each([
  'worklow',
  'workflow start',
  'workflow show a b',
  'workflow list --nope',
  'workflow list --limit many',
  'token create ci --expires tomorrow',
  'workflow start meta --input {} --input-file f',
  'audit verify --file f --key k',
  'audit export --format xml',
])('upulse %s is wrong usage', async (line) => {
  await expect(parse(line)).rejects.toThrow(CommanderError);
});
