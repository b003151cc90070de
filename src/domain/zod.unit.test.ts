import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('what browsers load of zod is zod/mini: here zod itself gives types only', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
  expect(files.length).toBeGreaterThan(20);
  const found = files.filter((name) =>
    /^import (?!type ).* from 'zod';/m.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
  );
  expect(found).toEqual([]);
});
