import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { WithMessages } from '#messages/testing.tsx';
import { JsonTree } from './json-tree.tsx';
import { RoundBar } from './round-bar.tsx';
import { Status } from './status.tsx';

const render = (node: ReactNode) => renderToStaticMarkup(<WithMessages>{node}</WithMessages>);
const textOf = (markup: string) => markup.replace(/<[^>]*>/g, '');
const bar = 'h-full';

test.each([
  { round: 3, maxRounds: 10, says: 'round 3 of 10', hasBar: true },
  { round: 1, maxRounds: 200, says: 'round 1', hasBar: false },
  { round: 100, maxRounds: 200, says: 'round 100 of 200', hasBar: true },
  { round: 3, maxRounds: null, says: 'round 3', hasBar: false },
])('round $round of $maxRounds is “$says”: a limit that is far away says nothing', ({ says, hasBar, ...rounds }) => {
  const markup = render(<RoundBar {...rounds} />);
  expect(textOf(markup)).toBe(says);
  expect(markup.includes(bar)).toBe(hasBar);
});

test('each way to end has an icon of its own, and the same word', () => {
  const looks = ['done', 'failed', 'max-rounds', 'approved'].map((outcome) =>
    render(<Status status="ended" outcome={outcome} />),
  );
  const icons = looks.map((markup) => /lucide lucide-([a-z-]+)/.exec(markup)?.[1]);
  expect(icons).toEqual(['circle-check', 'circle-x', 'hourglass', 'circle-check']);
  expect(looks.map(textOf)).toEqual(['Ended', 'Ended', 'Ended', 'Ended']);
});

test('a JSON tree counts one member and one item as one', () => {
  const text = textOf(render(<JsonTree value={{ list: [1], two: { a: 1, b: 2 } }} />));
  expect(text).toContain('2 members');
  expect(text).toContain('1 item');
  expect(text).not.toContain('1 items');
  expect(textOf(render(<JsonTree value={{ a: 1 }} />))).toContain('1 member');
});
