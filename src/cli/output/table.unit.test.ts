import { expect, test } from 'vitest';
import { formatFields, formatTable } from './table.ts';

test('aligns columns whatever the width of their characters', () => {
  const columns = [{ title: 'KEY' }, { title: 'ROUND', align: 'right' as const }, { title: 'BY' }];
  const rows = [
    ['日本', '1/10', 'ana'],
    ['fix-68', { text: '10/10', style: 'red' as const }, ''],
  ];
  expect(formatTable(columns, rows)).toBe(['KEY     ROUND  BY', '日本     1/10  ana', 'fix-68  10/10'].join('\n'));
});

test('a cell cannot write escape sequences or further lines', () => {
  expect(formatTable([{ title: 'REASON' }], [['\u001b[31mone\ntwo']])).toBe('REASON\none two');
});

test('fields leave out what is absent', () => {
  const fields = [
    ['Key', 'k1'],
    ['Reason', null],
    ['Outcome', 'done'],
  ] as const;
  expect(formatFields(fields)).toBe('Key      k1\nOutcome  done');
});
