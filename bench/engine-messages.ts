/** What the benchmarks ask of a process that runs workflows. */
export type ToEngine =
  /** Starts a workflow whose one role, or step, runs a program until it is aborted, which writes its pid into a file. */
  | { type: 'start'; key: string; pidFile: string }
  /** Keeps as many workflows of three rounds, or steps, that do nothing going for a while. */
  | { type: 'measure'; inFlight: number; durationMs: number };

/** What it tells. Moments are by the machine's clock, which the processes share. */
export type FromEngine =
  | { type: 'ready' }
  | { type: 'running'; key: string }
  /** The signal has fired. */
  | { type: 'aborted'; key: string; atMs: number }
  /** The role, or step, knows that its program is gone; Pulse's, that whatever it had started is. */
  | { type: 'over'; key: string; atMs: number }
  | { type: 'measured'; perSecond: number };

/** The program that they run. */
export function toProgram(pidFile: string): [string, ...string[]] {
  return ['sh', '-c', 'echo $$ > "$0" && exec sleep 600', pidFile];
}

export function tell(message: FromEngine): void {
  if (process.connected) process.send?.(message);
}

/** The moment by the machine's clock. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
