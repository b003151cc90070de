import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import type { ModeratorContext } from '#domain/moderator.ts';
import { fn } from '#domain/role.ts';
import { applyGuard } from '#server/guards/change-guards.ts';
import type { Pulse } from '#server/pulse.ts';
import { abortWorkflow } from '#server/workflows/abort.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitFor, waitForEvent } from './testing/adapters.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse];
const nothing = fn<Json>(() => null);

/** A Pulse that does something right before an append that holds a role's result. */
function beforeResult(pulse: Pulse, act: (kinds: string[], key: string) => Promise<unknown>): Pulse {
  return {
    ...pulse,
    append: async (request) => {
      const kinds = request.events.map(({ kind }) => kind);
      if (kinds[0] === 'test.work') await act(kinds, request.key);
      return pulse.append(request);
    },
  };
}

describe("a round's result", () => {
  it('is written with the step that follows from it', async () => {
    const [pulse, other] = getPulses();
    const appends: string[][] = [];
    const watched = beforeResult(other, async (kinds) => appends.push(kinds));
    await startOne(watched, { definitions: [makeDefinition(nothing, { rounds: 2 })] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    expect(appends).toEqual([
      ['test.work', 'test.__round__'],
      ['test.work', 'test.__end__'],
    ]);
  });

  it('is written by itself when something has happened, which the next step then takes into account', async () => {
    const [pulse, other] = getPulses();
    let isNoted = false;
    const noted = beforeResult(other, async (_, key) => {
      if (!isNoted) await appendOne(pulse, key, 'test.note');
      isNoted = true;
    });
    const moderator = ({ events }: ModeratorContext<Json>) => (events.length > 0 ? { end: 'noted' } : { role: 'work' });
    await startOne(noted, { definitions: [makeDefinition(nothing, { moderator })] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    const tails = (await readTrail(pulse, key)).map(([tail]) => tail);
    expect(tails).toEqual(['__start__', '__round__', 'note', 'work', '__end__']);
  });

  it('is kept when a guard refuses the next round, which is tried once', async () => {
    const [pulse, other] = getPulses();
    const sources = [{ kind: 'test.__round__', check: 'event.payload.round < 2', transition: 'state' }];
    await applyGuard(pulse, { definition: { name: 'one-round', initial_value: null, sources } }, ana);
    await startOne(other, { definitions: [makeDefinition(nothing, { rounds: 2 })] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, 'work');
    expect((await readTrail(pulse, key)).map(([tail]) => tail)).toEqual(['__start__', '__round__', 'work']);
    expect(await pulse.prisma.refusal.findMany({ where: { key } })).toMatchObject([{ kind: 'test.__round__' }]);
    await abortWorkflow(pulse, { key }, ana);
  });

  it('is refused after an abort, and its round is recorded as stopped', async () => {
    const [pulse, other] = getPulses();
    let isAborted = false;
    const late = beforeResult(other, async (_, key) => {
      if (!isAborted) await abortWorkflow(pulse, { key }, ana);
      isAborted = true;
    });
    await startOne(late, { definitions: [makeDefinition(nothing, { rounds: 2 })] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__stopped__');
    expect((await readTrail(pulse, key)).map(([tail]) => tail)).toEqual([
      '__start__',
      '__round__',
      '__abort__',
      '__stopped__',
    ]);
    const refusal = await waitFor(pulse, key, ({ type }) => type === 'refusal');
    expect(refusal).toMatchObject({ kind: 'test.work' });
  });
});
