import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { makeWorkflow } from '../live/testing.ts';
import type { Proof } from './proof.ts';
import { ProofLine } from './proof-line.tsx';

const sayProof = (stopped: Proof['stopped'], lateWrites = 0) =>
  renderToStaticMarkup(
    <ProofLine proof={{ acceptedAt: 4812, stopped, lateWrites }} workflow={makeWorkflow(1, 'fix-68')} />,
  );
const doubt = 'lucide-triangle-alert';

test('a process that was seen to be gone is proved', () => {
  const line = sayProof({ role: 'coder', how: 'SIGTERM', tookMs: 38 }, 1);
  expect(line).toContain('coder&#x27;s process gone 38\u00a0ms later (SIGTERM)');
  expect(line).toContain('1 late write refused');
  expect(line).not.toContain(doubt);
});

test('one whose adapter died may still run, and the line does not promise otherwise', () => {
  const line = sayProof({ role: 'coder', how: 'lost', tookMs: null });
  expect(line).toContain('coder was lost with its adapter; its program may still run');
  expect(line.split(doubt)).toHaveLength(2);
});
