import { describe, expect, it } from 'vitest';
import type { Cursor } from '#domain/cursor.ts';
import type { TimelineEntry } from '#domain/event.ts';
import type { TailEntry } from './read.ts';
import { createRecentPages } from './recent-pages.ts';

const at = (position: number, refusals = 0): Cursor => ({ logId: 'log1', position, refusals });
const common = { kind: 'note.added', payload: null, occurredAt: '2026-01-01T00:00:00.000Z' };
const actor = { type: 'user', id: 'ana', name: 'Ana', via: 'web' } as const;

function event(position: number, refusals = 0, key = 'k'): TailEntry {
  const entry: TimelineEntry = { type: 'event', ...common, position, key, sequence: position, actor, hash: '' };
  return { cursor: at(position, refusals), entry };
}

function refusal(id: number, afterPosition: number): TailEntry {
  const entry: TimelineEntry = {
    type: 'refusal',
    ...common,
    id,
    key: 'k',
    actor,
    guard: '',
    check: '',
    state: null,
    afterPosition,
  };
  return { cursor: at(afterPosition, id), entry };
}

function pageOf(entries: TailEntry[], characters = 1) {
  return { entries, next: (entries.at(-1) as TailEntry).cursor, complete: true, characters, meanCharacters: 1 };
}

describe('the recent pages', () => {
  it('give all who stand before a page the same array', () => {
    const pages = createRecentPages(at(0));
    pages.add(pageOf([event(1), event(2)]));
    const { entries, next } = pages.take(at(0), {}) ?? {};
    expect(entries).toEqual([event(1), event(2)]);
    expect(next).toEqual(at(2));
    expect(pages.take(at(0), {})?.entries).toBe(entries);
    expect(pages.take(at(0), { eventsOnly: true })?.entries).toBe(entries);
  });

  it('leave refusals out for those who want events, the same array for all of them', () => {
    const pages = createRecentPages(at(0));
    pages.add(pageOf([event(1), refusal(1, 1), event(2, 1)]));
    const entries = pages.take(at(0), { eventsOnly: true })?.entries;
    expect(entries).toEqual([event(1), event(2, 1)]);
    expect(pages.take(at(0), { eventsOnly: true })?.entries).toBe(entries);
  });

  it('give what follows a cursor within a page, and then the next page', () => {
    const pages = createRecentPages(at(0));
    pages.add(pageOf([event(1), event(2), event(3)]));
    pages.add(pageOf([event(4)]));
    expect(pages.take(at(2), {})).toMatchObject({ entries: [event(3)], next: at(3) });
    expect(pages.take(at(3), {})).toMatchObject({ entries: [event(4)], next: at(4) });
    expect(pages.take(at(4), {})).toBeUndefined();
  });

  it('filter by key and kind', () => {
    const pages = createRecentPages(at(0));
    pages.add(pageOf([event(1), event(2, 0, 'other')]));
    expect(pages.take(at(0), { key: 'other' })?.entries).toEqual([event(2, 0, 'other')]);
    expect(pages.take(at(0), { kind: '*.added', key: 'k' })?.entries).toEqual([event(1)]);
    expect(pages.take(at(0), { kind: '*.other' })).toMatchObject({ entries: [], next: at(2) });
  });

  it('give a cursor that has seen the events and not the refusals just those', () => {
    const pages = createRecentPages(at(0));
    pages.add(pageOf([event(1), refusal(1, 1), event(2, 1)]));
    expect(pages.take(at(2, 0), {})?.entries).toEqual([refusal(1, 1)]);
  });

  it('forget the oldest when there are too many entries or they are too large', () => {
    for (const characters of [1, 5 * 1024 * 1024]) {
      const pages = createRecentPages(at(0));
      for (let position = 1; position <= 5_000; position += 1) pages.add(pageOf([event(position)], characters));
      expect(pages.take(at(0), {})).toBeUndefined();
      expect(pages.take(at(4_999), {})?.entries).toEqual([event(5_000)]);
      if (characters > 1) expect(pages.take(at(4_998), {})).toBeUndefined();
    }
  });

  it('begin again after a reset', () => {
    const pages = createRecentPages(at(0));
    pages.add(pageOf([event(1)]));
    pages.reset(at(9));
    expect(pages.take(at(0), {})).toBeUndefined();
    pages.add(pageOf([event(10)]));
    expect(pages.take(at(9), {})?.entries).toEqual([event(10)]);
  });
});
