import { describe, expect, it } from 'vitest';
import type { Process } from './process-table.ts';
import { addProgram, createTree, findMembers } from './process-tree.ts';

const one = (pid: number, changes: Partial<Process> = {}): Process => ({
  pid,
  parent: 1,
  group: pid,
  session: pid,
  startTicks: 1_000,
  marks: [],
  ...changes,
});

/** A tree whose program is process 100, begun at tick 1000. */
function makeTree() {
  const tree = createTree((mark) => mark === 'ours');
  addProgram(tree, 100, 1_000);
  return tree;
}

const find = (processes: Process[], tree = makeTree()) => findMembers(tree, { processes }).map(({ pid }) => pid);

describe('a tree of processes', () => {
  it('holds the program, its session, its descendants wherever they went, and whoever has its mark', () => {
    const members = [
      one(100),
      one(101, { session: 100, group: 101 }),
      one(102, { parent: 101 }),
      one(103, { parent: 102 }),
      one(104, { marks: ['theirs', 'ours'] }),
      one(105, { parent: 104 }),
      one(106, { session: 104 }),
    ];
    expect(find([one(1), one(50, { marks: ['theirs'] }), ...members.toReversed()]).sort()).toEqual(
      members.map(({ pid }) => pid),
    );
  });

  it('still knows a process that cleared its environment and lost its parent and its session', () => {
    const tree = makeTree();
    expect(find([one(100), one(101, { parent: 100 })], tree)).toEqual([100, 101]);
    expect(find([one(101)], tree)).toEqual([101]);
  });

  it('holds those that stay in the session when its leader has ended', () => {
    expect(find([one(101, { session: 100 })])).toEqual([101]);
  });

  it('does not hold whoever got a pid later, nor its session and its children', () => {
    const tree = makeTree();
    expect(find([one(100), one(101, { parent: 100 })], tree)).toEqual([100, 101]);
    const later = { startTicks: 2_000 };
    const others = [one(100, later), one(101, later), one(102, { ...later, session: 100 }), one(103, { parent: 101 })];
    expect(find(others, tree)).toEqual([]);
  });

  it('does not hold what began before it did, whatever its environment tells', () => {
    expect(find([one(99, { startTicks: 999, marks: ['ours'] })])).toEqual([]);
  });

  it('never holds the process that asks', () => {
    expect(find([one(process.pid, { marks: ['ours'] })])).toEqual([]);
  });
});
