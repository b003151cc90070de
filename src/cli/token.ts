import type { Command } from 'commander';
import { print, printJson } from './output/print.ts';
import { collect, parseExpiry } from './parse-options.ts';
import { openSession } from './session.ts';

interface CreateOptions {
  role?: 'viewer' | 'operator' | 'admin';
  scope?: string[];
  expires?: string;
}

/** Adds `upulse token …`. */
export function addTokenCommands(program: Command): void {
  const token = program.command('token').description('make, list and revoke what tools sign in with');

  token
    .command('create')
    .argument('<name>', 'who the audit trail says it was')
    .description('make a token and print it, this once')
    .option('--role <role>', 'what it may do: viewer, operator or admin')
    .option('--scope <scope>', 'or only this, such as workflow:abort or event:append:meta.*; may be repeated', collect)
    .option(
      '--expires <time>',
      'until when, such as 2027-01-31T00:00:00Z, or for how long, such as 30d (default: until it is revoked)',
      (value) => parseExpiry(value, Date.now()),
    )
    .action(createToken);
  token.command('list').description('list the tokens, without what they sign in with').action(listTokens);
  token.command('revoke').argument('<id>').description('revoke a token, at once').action(revokeToken);
}

async function createToken(name: string, options: CreateOptions, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const { role, scope, expires } = options;
  const created = await client.token.create.mutate({ name, role, scopes: scope, expiresAt: expires });
  if (json) printJson(created);
  else print(created.token);
}

async function listTokens(_: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const tokens = await client.token.list.query();
  if (json) return printJson(tokens);
  if (tokens.length === 0) return print('No tokens.');
  const { formatTokens } = await import('./output/token.ts');
  print(formatTokens(tokens, Date.now()));
}

async function revokeToken(id: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const revoked = await client.token.revoke.mutate({ id });
  if (json) printJson(revoked);
  else print(`Revoked ${revoked.id}`);
}
