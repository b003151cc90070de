import { expect, test } from 'vitest';
import type { Workflow } from '#domain/workflow.ts';
import {
  applyToList,
  type ListFilter,
  type ListInput,
  matchesFilter,
  placeWorkflow,
  sweepList,
  type WorkflowList,
} from './apply-to-list.ts';
import type { LiveEntry } from './entry.ts';
import { topPlace } from './page-place.ts';
import { at, cursorAt, liveEvent, liveRefusal, makeWorkflow } from './testing.ts';

const active: ListFilter = { status: ['active'] };
const aborted: ListFilter = { status: ['aborted'] };
const nothing = () => undefined;

/** A list read at position 10, of the workflows a (started at 1), b (at 3) and c (at 5). */
function makeList({ nextCursor = null as string | null, items = [5, 3, 1].map(named) } = {}): WorkflowList {
  return { pages: [{ items, nextCursor, asOf: cursorAt(10) }], pageParams: [null] };
}

const names: Record<number, string> = { 1: 'a', 3: 'b', 5: 'c' };
function named(position: number): Workflow {
  return makeWorkflow(position, names[position] ?? `w${position}`);
}

const keys = (list: WorkflowList) => list.pages.map(({ items }) => items.map(({ key }) => key).join(''));
const applied = (list: WorkflowList, filter: ListInput, ...entries: LiveEntry[]) =>
  applyToList(list, filter, entries, nothing);

test('a round changes its row in place', () => {
  const { list } = applied(makeList(), active, liveEvent(11, 'b', 'meta.__round__', { round: 1, role: 'coder' }));
  expect(keys(list)).toEqual(['cba']);
  expect(list.pages[0]?.items[1]).toMatchObject({ key: 'b', round: 1, role: 'coder', position: 11 });
});

test('a start comes in at the top, once, however often it is told', () => {
  const start = liveEvent(11, 'new', 'meta.__start__');
  const once = applied(makeList(), active, start).list;
  expect(once.pages[0]?.items[0]?.key).toBe('new');
  expect(applied(once, active, start).list).toBe(once);
});

test('with the oldest first a start comes in at the end, once all before it are read', () => {
  const oldest: ListInput = { ...active, order: 'asc' };
  const start = liveEvent(11, 'd', 'meta.__start__');
  const items = [1, 3, 5].map(named);
  expect(keys(applied(makeList({ items }), oldest, start).list)).toEqual(['abcd']);
  const partly = makeList({ items, nextCursor: 'more' });
  expect(applied(partly, oldest, start).list).toBe(partly);
  const known = { ...named(2), key: 'k' };
  expect(keys(placeWorkflow(makeList({ items }), oldest, known))).toEqual(['akbc']);
  const sameMoment = { ...known, startedAt: named(3).startedAt };
  expect(keys(placeWorkflow(makeList({ items }), oldest, sameMoment))).toEqual(['abkc']);
});

test('a start stays out where it stands above the pages that are kept', () => {
  const { pages } = makeList();
  const below: WorkflowList = { pages, pageParams: [{ cursor: 'x', above: 50, before: topPlace }] };
  expect(applied(below, active, liveEvent(11, 'new', 'meta.__start__')).list).toBe(below);
  const ended = applied(below, active, liveEvent(11, 'c', 'meta.__end__')).list;
  expect(ended.pages[0]?.items[0]).toMatchObject({ key: 'c', status: 'ended' });
});

test('what the snapshot holds already changes nothing', () => {
  const list = makeList();
  expect(applied(list, active, liveEvent(5, 'c', 'meta.__start__'), liveEvent(9, 'gone', 'meta.__start__')).list).toBe(
    list,
  );
});

test('a start that does not match stays out', () => {
  const list = makeList();
  expect(applied(list, { search: 'xyz' }, liveEvent(11, 'new', 'meta.__start__')).list).toBe(list);
  expect(applied(list, { name: 'pipeline' }, liveEvent(11, 'new', 'meta.__start__')).list).toBe(list);
  expect(applied(list, aborted, liveEvent(11, 'new', 'meta.__start__')).list).toBe(list);
});

test('an aborted workflow stays among the active ones, changed, until it is swept away for good', () => {
  const abort = liveEvent(11, 'b', 'meta.__abort__', { reason: 'out of scope' });
  const changed = applied(makeList(), active, abort).list;
  expect(changed.pages[0]?.items[1]).toMatchObject({ key: 'b', status: 'aborted', reason: 'out of scope' });
  const swept = sweepList(changed, active, new Set(['b', 'c']));
  expect(keys(swept)).toEqual(['ca']);
  expect(applied(swept, active, liveEvent(3, 'b', 'meta.__start__'), abort).list).toBe(swept);
});

test('an abort brings a workflow that is known elsewhere to where its start belongs', () => {
  const known = makeWorkflow(4, 'x');
  const abort = liveEvent(11, 'x', 'meta.__abort__');
  const list = makeList({ items: [5, 3, 1].map((position) => ({ ...named(position), status: 'aborted' as const })) });
  const { list: next, missing } = applyToList(list, aborted, [abort], () => known);
  expect(keys(next)).toEqual(['cxba']);
  expect(missing).toEqual([]);
});

test('an abort of a workflow that nobody knows asks for it, but only where it could show', () => {
  const abort = liveEvent(11, 'x', 'meta.__abort__');
  expect(applied(makeList({ items: [] }), aborted, abort).missing).toEqual(['x']);
  expect(applied(makeList(), active, abort).missing).toEqual([]);
  expect(applied(makeList(), aborted, liveEvent(9, 'x', 'meta.__abort__')).missing).toEqual([]);
});

test('a workflow that stands on a page not read yet is left to that page', () => {
  const old = { ...makeWorkflow(1, 'old'), startedAt: at(0) };
  expect(keys(placeWorkflow(makeList({ nextCursor: '1' }), {}, old))).toEqual(['cba']);
  expect(keys(placeWorkflow(makeList(), {}, old))).toEqual(['cbaold']);
});

test('an older self does not replace a newer one', () => {
  const list = makeList({ items: [{ ...named(5), position: 12, round: 3 }] });
  expect(placeWorkflow(list, active, { ...named(5), position: 11, round: 2 })).toBe(list);
});

test('a refusal changes no list', () => {
  const list = makeList();
  expect(applied(list, {}, liveRefusal(1, 10, 'b', 'meta.__abort__')).list).toBe(list);
});

test('the search looks at key, reason and names in any case, as the server does', () => {
  const workflow = { ...makeWorkflow(1, 'Fix-68'), reason: 'Out of Scope' };
  for (const search of ['fix', 'SCOPE', 'ana']) expect(matchesFilter({ search }, workflow)).toBe(true);
  expect(matchesFilter({ search: 'ben' }, workflow)).toBe(false);
  expect(matchesFilter({ startedAfter: at(2) }, workflow)).toBe(false);
  expect(matchesFilter({ startedBefore: at(2) }, workflow)).toBe(true);
  expect(matchesFilter({ parent: 'other' }, workflow)).toBe(false);
  expect(matchesFilter({ parent: 'other' }, { ...workflow, parent: 'other' })).toBe(true);
});
