import { type Following, type FollowOptions, followLog } from './follow-log.ts';

/** A browser gives a server six connections in all: a tab that nobody sees must not hold one that an abort may need. */
const restAfterMs = 3_000;

/** Follows the log in a browser whose tabs can't share a connection: only while the tab is seen. */
export function followAlone(options: FollowOptions): Following {
  const { reconnect, rest, close } = followLog(options);
  let resting: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    clearTimeout(resting);
    resting = document.visibilityState === 'hidden' ? setTimeout(rest, restAfterMs) : undefined;
  };
  onVisibility();
  document.addEventListener('visibilitychange', onVisibility);
  return {
    reconnect,
    close: () => {
      clearTimeout(resting);
      document.removeEventListener('visibilitychange', onVisibility);
      close();
    },
  };
}
