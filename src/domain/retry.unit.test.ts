import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoundResult } from './moderator.ts';
import { checkRetry, decideRetry, type RetryPolicy } from './retry.ts';

/** Rounds given as `role outcome`. */
const rounds = (...given: string[]): RoundResult[] =>
  given.map((text, index) => {
    const [role = '', outcome = ''] = text.split(' ');
    return { round: index + 1, role, outcome: outcome as RoundResult['outcome'], output: null, error: 'exit code 3' };
  });
const decide = (history: RoundResult[], policy?: RetryPolicy) => decideRetry(history, () => policy);
const thrice: RetryPolicy = { attempts: 3, backoffMs: 100 };

describe('a retry policy', () => {
  it.each<[string, string[], RetryPolicy | undefined, [attempt: number, backoffMs: number] | null]>([
    ['does nothing before the first round', [], thrice, null],
    ['does nothing when there is none', ['a failed'], undefined, null],
    ['does nothing after success', ['a failed', 'a succeeded'], thrice, null],
    ['tries again what failed', ['a failed'], thrice, [2, 100]],
    ['and what was lost', ['a lost'], thrice, [2, 100]],
    ['and what timed out', ['a timed-out'], thrice, [2, 100]],
    ['waits twice as long each time', ['a failed', 'a lost'], thrice, [3, 200]],
    ['by its factor', ['a failed', 'a failed'], { ...thrice, factor: 10 }, [3, 1_000]],
    ['up to the longest', ['a failed', 'a failed'], { ...thrice, factor: 10, maxBackoffMs: 700 }, [3, 700]],
    ['for a second when it does not say', ['a failed'], { attempts: 2 }, [2, 1_000]],
    ['not at all when it says so', ['a failed', 'a failed'], { attempts: 3, backoffMs: 0 }, [3, 0]],
    ['gives up when the tries are used up', ['a failed', 'a failed', 'a failed'], thrice, null],
    [
      'counts anew when the moderator asks once more',
      ['a failed', 'a failed', 'a failed', 'a failed'],
      thrice,
      [2, 100],
    ],
    ['counts anew after success', ['a failed', 'a succeeded', 'a failed'], thrice, [2, 100]],
    ['counts anew for another role', ['a failed', 'b failed'], thrice, [2, 100]],
    ['does not try again with one attempt', ['a failed'], { attempts: 1 }, null],
    ['tries again only the outcomes it names', ['a failed'], { attempts: 2, on: ['lost', 'timed-out'] }, null],
    ['which it does', ['a lost'], { attempts: 2, on: ['lost'], backoffMs: 7 }, [2, 7]],
    ['can look at the error', ['a failed'], { ...thrice, on: ({ error }) => error === 'exit code 3' }, [2, 100]],
    ['and decide against it', ['a failed'], { ...thrice, on: ({ error }) => error !== 'exit code 3' }, null],
  ])('%s', (_, history, policy, next) => {
    const expected = next && { role: history.at(-1)?.split(' ')[0], attempt: next[0], backoffMs: next[1] };
    expect(decide(rounds(...history), policy)).toEqual(expected);
  });

  it("is each role's own", () => {
    const policyOf = (role: string) => (role === 'a' ? thrice : undefined);
    expect(decideRetry(rounds('b failed', 'a failed'), policyOf)).toMatchObject({ role: 'a', attempt: 2 });
    expect(decideRetry(rounds('a failed', 'b failed'), policyOf)).toBeNull();
  });

  it('is never followed for more than its attempts, nor for longer than its longest pause', () => {
    const attempts = fc.integer({ min: 1, max: 2_000 });
    const factor = fc.double({ min: 1, max: 1e9, noNaN: true });
    const backoffMs = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(attempts, factor, backoffMs, fc.integer({ min: 1, max: 2_000 }), (most, times, pauseMs, failures) => {
        const policy = { attempts: most, factor: times, backoffMs: pauseMs, maxBackoffMs: 1_000 };
        const next = decide(rounds(...Array<string>(failures).fill('a failed')), policy);
        expect(next === null).toBe(failures % most === 0);
        if (!next) return;
        expect(next.attempt).toBe((failures % most) + 1);
        expect(next.backoffMs >= 0 && next.backoffMs <= 1_000).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('must be one that can be followed', () => {
    expect(() => checkRetry({ attempts: 0 })).toThrow('attempts must be a whole number from 1');
    expect(() => checkRetry({ attempts: 1.5 })).toThrow('attempts');
    expect(() => checkRetry({ attempts: 2, backoffMs: -1 })).toThrow('backoffMs');
    expect(() => checkRetry({ attempts: 2, factor: 0.5 })).toThrow('factor');
    expect(() => checkRetry({ attempts: 2, maxBackoffMs: Number.NaN })).toThrow('maxBackoffMs');
    expect(() => checkRetry({ attempts: 2, backoffMs: 5, factor: 3, maxBackoffMs: 9 })).not.toThrow();
  });
});
