import { z } from 'zod';
import { optionalGuards } from '#domain/abort-policy.ts';
import type { Actor } from '#domain/actor.ts';
import { PulseError } from '#domain/errors.ts';
import { Key } from '#domain/event.ts';
import type { GuardInfo } from '#domain/guard.ts';
import { type GuardRegistry, guardChange, logKey, type RegisteredGuard } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { loadStreams } from '../log/stream.ts';
import type { Pulse } from '../pulse.ts';
import { type CompiledGuard, compileGuard } from './compile.ts';
import { isUnread, readState } from './evaluate.ts';
import { versionOf } from './guard-changes.ts';
import { compileApplied, readRegistry } from './guard-set.ts';
import { createHistory } from './history.ts';
import { shippedGuards } from './shipped.ts';

export const GetGuard = z.strictObject({ name: z.string().max(100) });
export const GetGuardState = GetGuard.extend({ key: Key });

/** Those that can be switched on, and have never been. */
const compiledOptional = optionalGuards.map(compileGuard);

interface KnownGuard {
  guard: CompiledGuard;
  info: GuardInfo;
}

/** Lists the guards in the order in which they are asked, those that are switched off among them. */
export async function listGuards(pulse: Pulse): Promise<GuardInfo[]> {
  return (await findKnownGuards(pulse)).map(({ info }) => info);
}

/**
 * Reads a guard's definition and how it stands.
 *
 * **Errors** `NOT_FOUND`
 */
export async function getGuard(pulse: Pulse, { name }: z.output<typeof GetGuard>): Promise<GuardInfo> {
  return (await findGuard(pulse, name)).info;
}

/**
 * Reads what a guard knows of a key; of one that is switched off, what it would know.
 *
 * **Shape** `position` is that of the key's last event; 0 with the initial value for a key without events.
 * **Errors** `NOT_FOUND` when there is no such guard; `UNAVAILABLE` when it has yet to read a history that is archived.
 */
export async function getGuardState(
  pulse: Pulse,
  { name, key }: z.output<typeof GetGuardState>,
): Promise<{ state: Json; position: number }> {
  const { guard } = await findGuard(pulse, name);
  const last = await pulse.prisma.event.findFirst({
    where: { key },
    orderBy: { position: 'desc' },
    select: { position: true },
  });
  const position = Number(last?.position ?? 0);
  const stream = (await loadStreams(pulse.prisma, [key])).get(key);
  if (!stream || !isUnread(guard, stream.guardStates))
    return { state: readState(guard, stream?.guardStates ?? {}), position };
  const states = await createHistory(pulse.prisma)([guard], key, stream.sequence);
  if (!isUnread(guard, states)) return { state: readState(guard, states), position };
  const reason = `the first events of '${key}' are archived, and ${name} came in force later`;
  throw new PulseError('UNAVAILABLE', `${reason}; attach their partition again`, { reason });
}

/** Reads which guards were applied, and which of them are in force. */
export async function getRegistry(pulse: Pulse): Promise<GuardRegistry> {
  const streams = await loadStreams(pulse.prisma, [logKey]);
  return readRegistry(streams.get(logKey)?.guardStates ?? {});
}

async function findKnownGuards(pulse: Pulse): Promise<KnownGuard[]> {
  const { guards } = await getRegistry(pulse);
  const [applied, changes] = await Promise.all([
    compileApplied(pulse.prisma, guards),
    Object.keys(guards).length > 0 ? readLastChanges(pulse) : new Map<string, GuardInfo['since']>(),
  ]);
  return [
    ...shippedGuards.map((guard) => {
      const version = versionOf(guard.definition);
      return { guard, info: { ...guard.definition, version, enabled: true, shipped: true, since: null } };
    }),
    ...applied.map((guard) => {
      const { version, enabled } = guards[guard.name] as RegisteredGuard;
      const { definition, problem } = guard;
      const since = changes.get(guard.name) ?? null;
      return { guard, info: { ...definition, version, enabled, shipped: false, since, ...(problem && { problem }) } };
    }),
    ...compiledOptional
      .filter(({ name }) => !Object.hasOwn(guards, name))
      .map((guard) => {
        const version = versionOf(guard.definition);
        return { guard, info: { ...guard.definition, version, enabled: false, shipped: false, since: null } };
      }),
  ];
}

/** The last change of each guard, by its name. All changes are of one key, and few. */
async function readLastChanges({ prisma }: Pulse): Promise<Map<string, GuardInfo['since']>> {
  const rows = await prisma.$queryRaw<{ name: string; position: bigint; occurredAt: Date; actor: Actor }[]>`
    SELECT DISTINCT ON (name) name, position, occurred_at AS "occurredAt", actor
    FROM event, coalesce(payload->>'name', payload->'definition'->>'name') AS name
    WHERE key = ${logKey} AND kind IN (${guardChange.apply}, ${guardChange.disable}, ${guardChange.enable})
    ORDER BY name, position DESC`;
  return new Map(
    rows.map(({ name, position, occurredAt, actor }) => [
      name,
      { position: Number(position), occurredAt: occurredAt.toISOString(), actor },
    ]),
  );
}

async function findGuard(pulse: Pulse, name: string): Promise<KnownGuard> {
  const guards = await findKnownGuards(pulse);
  const found = guards.find(({ guard }) => guard.name === name);
  if (found) return found;
  const known = guards.map(({ guard }) => guard.name).join(', ');
  throw new PulseError('NOT_FOUND', `There is no guard '${name}'; there are: ${known}`, { what: 'guard', id: name });
}
