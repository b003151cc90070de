const firstPauseMs = 50;
const lastPauseMs = 3_200;

/** Looks for workflows that another adapter gives back. */
export interface HandBacks {
  /** One was stopped elsewhere, so its lease may be free in a moment. */
  expect(): void;
  stop(): void;
}

/** A lease is released a moment after the event that tells of it, and without an event: so look a few times, ever more rarely. */
export function watchHandBacks(look: () => void): HandBacks {
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = firstPauseMs;

  function arm(): void {
    timer = setTimeout(() => {
      timer = undefined;
      look();
      if (pauseMs <= lastPauseMs) arm();
    }, pauseMs);
    pauseMs *= 4;
  }

  return {
    expect: () => {
      pauseMs = firstPauseMs;
      if (!timer) arm();
    },
    stop: () => clearTimeout(timer),
  };
}
