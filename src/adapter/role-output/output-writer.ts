import { setTimeout as sleep } from 'node:timers/promises';
import { isPulseError } from '#domain/errors.ts';
import type { OutputStream } from '#domain/output.ts';
import { type PrintedChunk, writeOutput } from '#server/output/write-output.ts';
import type { Pulse } from '#server/pulse.ts';
import { createPendingOutput, type PendingOutput } from './pending-output.ts';

/** The round that something is printed in, under the lease of that epoch. */
export interface PrintingRound {
  key: string;
  epoch: number;
  round: number;
  role: string;
}

/** Takes what one round prints. Neither of both ever waits for anything. */
export interface RoundOutput {
  write(stream: OutputStream, bytes: Buffer): void;
  /** The round is over: what it has printed is stored at once. */
  close(): void;
}

/** Stores what the roles of an adapter print, without anybody waiting for it. */
export interface OutputWriter {
  open(round: PrintingRound): RoundOutput;
  /** Resolves once all that a workflow has printed is stored, or after a second. */
  settle(key: string): Promise<void>;
  /** Stores what can be stored within a second, and then nothing any more. */
  stop(): Promise<void>;
}

interface Printing extends PrintingRound {
  pending: PendingOutput;
  isOver: boolean;
  /** When it may be stored next, by `performance.now()`. */
  dueAt: number;
}

/** What waits to be stored, of one round and of all. Past that the oldest of the round that prints is dropped. */
const maxRoundBytes = 1024 * 1024;
const maxAllBytes = 32 * 1024 * 1024;
const batchBytes = 256 * 1024;
const roundBatchBytes = 128 * 1024;
/** Gathers what is printed in short succession; who prints much is stored less often, at this pace in the long run. */
const gatherMs = 50;
const bytesPerMs = 512;
const settleMs = 1_000;
const firstPauseMs = 100;
const lastPauseMs = 5_000;

/**
 * Makes an adapter's writer of output. It has one small batch on its way at most, so that appends have the connections.
 *
 * While the database is slow or out of reach it holds what was printed last, and drops the oldest.
 */
export function createOutputWriter(pulse: Pulse, log: (line: string) => void): OutputWriter {
  const rounds = new Set<Printing>();
  let heldBytes = 0;
  let inFlight: readonly PrintedChunk[] = [];
  let isWorking = false;
  let wake = () => {};
  let isStopped = false;

  function open(round: PrintingRound): RoundOutput {
    const printing: Printing = { ...round, pending: createPendingOutput(), isOver: false, dueAt: 0 };
    const { pending } = printing;
    return {
      write: (stream, bytes) => {
        if (printing.isOver || bytes.length === 0) return;
        const isNew = pending.isEmpty();
        if (isNew) printing.dueAt = Math.max(printing.dueAt, performance.now() + gatherMs);
        change(printing, () => {
          pending.add(stream, bytes);
          const room = Math.min(maxRoundBytes, maxAllBytes - heldBytes);
          while (pending.heldBytes() > room) pending.dropOldest();
        });
        if (isNew) start();
      },
      close: () => {
        printing.isOver = true;
        printing.dueAt = 0;
        change(printing, pending.finish);
        if (!pending.isEmpty()) start();
      },
    };
  }

  /** Changes what a round has pending, and keeps count. */
  function change<T>(printing: Printing, work: () => T): T {
    const { pending } = printing;
    heldBytes -= pending.heldBytes();
    const result = work();
    heldBytes += pending.heldBytes();
    if (pending.isEmpty()) rounds.delete(printing);
    else rounds.add(printing);
    return result;
  }

  function start(): void {
    if (isWorking) wake();
    else void work();
  }

  async function work(): Promise<void> {
    isWorking = true;
    while (rounds.size > 0 && !isStopped) {
      const pauseMs = Math.min(...[...rounds].map(({ dueAt }) => dueAt)) - performance.now();
      if (pauseMs > 0) await pause(pauseMs);
      else await store(takeBatch());
    }
    isWorking = false;
  }

  /** Some of each round that is due, of those first that have waited longest. */
  function takeBatch(): PrintedChunk[] {
    const now = performance.now();
    const batch: PrintedChunk[] = [];
    for (const printing of [...rounds].filter(({ dueAt }) => dueAt <= now)) {
      const room = batchBytes - sum(batch, ({ bytes }) => bytes);
      if (room <= 0) break;
      const { key, epoch, round, role, pending, isOver } = printing;
      rounds.delete(printing);
      const taken = change(printing, () => pending.take(Math.min(room, roundBatchBytes)));
      batch.push(...taken.map((chunk) => ({ key, epoch, round, role, ...chunk })));
      if (!isOver) printing.dueAt = now + Math.max(gatherMs, sum(taken, ({ bytes }) => bytes) / bytesPerMs);
    }
    return batch;
  }

  async function store(batch: readonly PrintedChunk[]): Promise<void> {
    inFlight = batch;
    for (let pauseMs = firstPauseMs; batch.length > 0 && !isStopped; pauseMs = Math.min(pauseMs * 2, lastPauseMs)) {
      try {
        await writeOutput(pulse, batch);
        break;
      } catch (error) {
        if (pauseMs === firstPauseMs) log(`output is not stored: ${(error as Error).message}`);
        if (!isPulseError(error, 'UNAVAILABLE')) break;
        await sleep(pauseMs, undefined, { ref: false });
      }
    }
    inFlight = [];
  }

  async function pause(ms: number): Promise<void> {
    const timeout = new AbortController();
    await Promise.race([
      sleep(ms, undefined, { signal: timeout.signal }).catch(() => {}),
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    ]);
    timeout.abort();
  }

  async function waitWhile(isBusy: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + settleMs;
    while (isBusy() && performance.now() < giveUpAt) await sleep(5);
  }

  return {
    open,
    settle: (key) => waitWhile(() => [...rounds, ...inFlight].some((one) => one.key === key)),
    stop: async () => {
      for (const printing of rounds) printing.dueAt = 0;
      wake();
      await waitWhile(() => rounds.size > 0 || inFlight.length > 0);
      isStopped = true;
      wake();
    },
  };
}

function sum<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}
