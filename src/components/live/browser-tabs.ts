import { makeCommandId } from '../abort/command-id.ts';
import type { TabMessage, Tabs } from './share-log.ts';

/** The number changes with what tabs tell each other: those of another version of Pulse keep to themselves. */
const name = 'pulse-log-1';

/** The tabs of this browser; undefined where it can't share: Web Locks need a page that is served securely or by this machine. */
export function openTabs(): Tabs | undefined {
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') return undefined;
  const channel = new BroadcastChannel(name);
  return {
    id: makeCommandId(),
    send: (message) => channel.postMessage(message),
    onMessage(listener) {
      const hear = ({ data }: MessageEvent<TabMessage>) => listener(data);
      channel.addEventListener('message', hear);
      return () => {
        channel.removeEventListener('message', hear);
        channel.close();
      };
    },
    lead,
    isVisible: () => document.visibilityState === 'visible',
  };
}

function lead(onLead: () => void, onLost: () => void): ReturnType<Tabs['lead']> {
  let release = () => {};
  let waiting = queue();
  return {
    seize() {
      waiting.abort();
      waiting = new AbortController();
      void hold({ steal: true }, waiting);
    },
    release() {
      waiting.abort();
      release();
    },
  };

  function queue(): AbortController {
    const controller = new AbortController();
    void hold({ signal: controller.signal }, controller);
    return controller;
  }

  async function hold(options: LockOptions, controller: AbortController): Promise<void> {
    try {
      await navigator.locks.request(name, options, () => {
        if (controller.signal.aborted) return;
        onLead();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      });
    } catch {
      if (controller.signal.aborted) return;
      onLost(); // Another tab has seized it.
      waiting = queue();
    }
  }
}
