import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessChange } from '#domain/access-change.ts';
import type { Cursor } from '#domain/cursor.ts';
import { logKey } from '#domain/guard-change.ts';
import type { Pulse } from '../pulse.ts';
import { unauthenticated } from './authorize.ts';
import type { Credential, Identity } from './identity.ts';

/** What is open in a process, by what it was opened with. */
export interface AccessWatch {
  /**
   * Tells when an identity that was found after `sinceMs` is not valid any more: its token is revoked, its session is over, or
   * what its person may do has changed, on whichever server. The log tells of it, as of everything.
   *
   * **Shape** a signal that fires with `UNAUTHENTICATED`; `forget` is to be called when what is open is closed.
   */
  watch(identity: Identity, sinceMs: number): { ended: AbortSignal; forget: () => void };
}

const watches = new WeakMap<Pulse, Promise<AccessWatch>>();
const longestTimerMs = 2 ** 31 - 1;
const retryMs = 1_000;
/** A change is kept so long for those who were let in just before it and are not watched yet. */
const keepMs = 60_000;

/** The watch of a process over its log, from the first time on that it is asked for. Ask before an identity is looked up. */
export function getAccessWatch(pulse: Pulse): Promise<AccessWatch> {
  const made = watches.get(pulse) ?? startWatch(pulse);
  watches.set(pulse, made);
  made.catch(() => watches.delete(pulse));
  return made;
}

async function startWatch(pulse: Pulse): Promise<AccessWatch> {
  const open = new Set<{ credential: Credential; end: () => void }>();
  let changes: { kind: string; payload: unknown; atMs: number }[] = [];
  void follow(await pulse.head());
  return { watch };

  function watch({ credential }: Identity, sinceMs: number): { ended: AbortSignal; forget: () => void } {
    const controller = new AbortController();
    const end = () => controller.abort(unauthenticated());
    if (!credential) return { ended: controller.signal, forget: () => {} };
    const watched = { credential, end };
    open.add(watched);
    if (changes.some(({ kind, payload, atMs }) => atMs >= sinceMs && isEnded(credential, kind, payload))) end();
    const leftMs = credential.expiresAt ? credential.expiresAt.getTime() - Date.now() : longestTimerMs;
    const timer = leftMs < longestTimerMs ? setTimeout(end, leftMs).unref() : undefined;
    return {
      ended: controller.signal,
      forget: () => {
        clearTimeout(timer);
        open.delete(watched);
      },
    };
  }

  /** Until the process closes the log. When it can't tell what it has missed, everyone has to come again. */
  async function follow(from: Cursor): Promise<void> {
    let after = from;
    while (!pulse.closed.aborted) {
      try {
        for await (const { entry } of pulse.tail({ after, key: logKey, eventsOnly: true, signal: pulse.closed }))
          if (entry.type === 'event') take(entry.kind, entry.payload);
      } catch {
        await sleep(retryMs, undefined, { signal: pulse.closed }).catch(() => {});
        after = await pulse.head().catch(() => after);
        for (const { end } of open) end();
      }
    }
  }

  function take(kind: string, payload: unknown): void {
    const atMs = Date.now();
    changes = [...changes.filter((change) => change.atMs > atMs - keepMs), { kind, payload, atMs }];
    for (const { credential, end } of open) if (isEnded(credential, kind, payload)) end();
  }
}

function isEnded({ tokenId, personId, sessionId }: Credential, kind: string, payload: unknown): boolean {
  switch (kind) {
    case 'pulse.token.__revoke__':
      return tokenId === (payload as AccessChange<typeof kind>).token.id;
    case 'pulse.person.__role__':
    case 'pulse.person.__remove__':
      return personId === (payload as AccessChange<typeof kind>).person.id;
    case 'pulse.person.__sign_out__': {
      const { person, session } = payload as AccessChange<typeof kind>;
      return session === null ? personId === person.id : sessionId === session;
    }
    default:
      return false;
  }
}
