import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { WithMessages } from '#messages/testing.tsx';
import { type ListParams, plainList } from './list-params.ts';
import { NothingFound } from './list-states.tsx';

const render = (params: Partial<ListParams>) =>
  renderToStaticMarkup(
    <WithMessages>
      <NothingFound params={{ ...plainList, ...params }} onClearSearch={() => {}} onClearFilters={() => {}} />
    </WithMessages>,
  );

test('a search that finds nothing in its tab leads to all, with its filters', () => {
  const found = render({ tab: 'ended', search: 'fix-68', name: 'meta' });
  expect(found).toContain('Clear the search');
  expect(found).toContain('Clear the filters');
  expect(found).toContain('href="/?status=all&amp;search=fix-68&amp;name=meta"');
});

test('a search that finds nothing in all leads nowhere else', () => {
  const found = render({ tab: 'all', search: 'fix-68' });
  expect(found).not.toContain('href');
  expect(found).not.toContain('Clear the filters');
});
