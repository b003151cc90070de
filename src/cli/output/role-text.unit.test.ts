import { expect, it } from 'vitest';
import { createRoleText } from './role-text.ts';

it('keeps lines and colours of what a role has printed, and nothing else that a terminal would obey', () => {
  const toSafe = createRoleText();
  const title = '\u001b]0;title\u0007';
  expect(toSafe(`\u001b[1;31mred\u001b[0m\tö\r\n${title}\u001b[2J\u202e\u009b2J`)).toBe(
    '\u001b[1;31mred\u001b[0m\tö\r\n\ufffd]0;title\ufffd\ufffd[2J\ufffd\ufffd2J',
  );
});

it('keeps a colour whose code comes in two parts', () => {
  const toSafe = createRoleText();
  expect(['a\u001b', '[3', '1mb', '\u001b', ']c'].map(toSafe)).toEqual(['a', '', '\u001b[31mb', '', '\ufffd]c']);
});
