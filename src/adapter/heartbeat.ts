import { type AdapterRegistration, registerAdapter } from '#server/adapters/register-adapter.ts';
import { renewLeases } from '#server/leases/renew-leases.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';

const slowestBeatMs = 5_000;

/**
 * Says again and again that the adapter is alive, and renews its leases, three times in a lease's life.
 *
 * It interrupts the workflows whose lease is somebody else's, or may be, since renewing has failed for as long as it lives;
 * and those whose epoch was raised, should the tail not have told by then. It also looks whether what was left to other
 * adapters is so no more, and calls `onLeftAlone` then.
 * **Shape** a function that ends it.
 */
export function startHeartbeat(
  adapter: AdapterContext,
  registration: AdapterRegistration,
  held: ReadonlyMap<string, Held>,
  onLeftAlone: () => void,
): () => Promise<void> {
  const { pulse, log, refused, id: adapterId, leaseTtlMs: ttlMs } = adapter;
  let beating: Promise<void> | undefined;

  async function beat(): Promise<void> {
    const askedAt = performance.now();
    const asked = [...held.values()];
    const keys = asked.map(({ key }) => key);
    const [leases, isLeftAlone] = await Promise.all([
      keys.length > 0 ? renewLeases(pulse, { adapterId, keys, ttlMs }) : [],
      refused.lookForOthers(pulse),
      registerAdapter(pulse, registration),
    ]);
    if (isLeftAlone) onLeftAlone();
    const stillHeld = new Map(leases.map((lease) => [lease.key, lease]));
    for (const workflow of asked) {
      const lease = stillHeld.get(workflow.key);
      if (lease?.epoch !== workflow.epoch)
        workflow.interrupt('lost', 'its lease is gone: another adapter has taken the workflow over, or it is over');
      else if (!lease.isCurrent) workflow.interrupt('fenced', 'the workflow was aborted or ended');
      else workflow.renewedAt = askedAt;
    }
  }

  function dropExpired(): void {
    const expiredBefore = performance.now() - ttlMs;
    for (const workflow of held.values()) {
      if (workflow.renewedAt < expiredBefore) workflow.interrupt('lost', 'the lease could not be renewed in time');
    }
  }

  const timer = setInterval(
    () => {
      beating ??= beat()
        .catch((error: Error) => log(`leases were not renewed: ${error.message}`))
        .finally(() => {
          beating = undefined;
        });
      dropExpired();
    },
    Math.min(ttlMs / 3, slowestBeatMs),
  );
  return async () => {
    clearInterval(timer);
    await beating;
  };
}
