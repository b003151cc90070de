import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Locale } from '#messages/locale.ts';
import { WithMessages } from '#messages/testing.tsx';
import { makeWorkflow } from '../live/testing.ts';
import type { Proof } from './proof.ts';
import { ProofLine } from './proof-line.tsx';

const sayProof = (stopped: Proof['stopped'], lateWrites = 0, locale: Locale = 'en') =>
  renderToStaticMarkup(
    <WithMessages locale={locale}>
      <ProofLine proof={{ acceptedAt: 4812, stopped, lateWrites }} workflow={makeWorkflow(1, 'fix-68')} />
    </WithMessages>,
  );
const doubt = 'lucide-triangle-alert';

test('a process that was seen to be gone is proved', () => {
  const line = sayProof({ role: 'coder', how: 'SIGTERM', tookMs: 38 }, 1);
  expect(line).toContain('coder&#x27;s process gone 38\u00a0ms later (SIGTERM)');
  expect(line).toContain('1 late write refused');
  expect(line).not.toContain(doubt);
});

test('the proof in Chinese has its units in Chinese', () => {
  expect(sayProof({ role: 'coder', how: 'SIGTERM', tookMs: 26 }, 0, 'zh')).toContain('26\u00a0毫秒后消失');
});

test('a thread that was terminated is proved', () => {
  const line = sayProof({ role: 'coder', how: 'terminated', tookMs: 2_004 });
  expect(line).toContain('coder&#x27;s thread terminated');
  expect(line).not.toContain(doubt);
});

test('a request that was cut off is proved', () => {
  const line = sayProof({ role: 'coder', how: 'disconnected', tookMs: 3 });
  expect(line).toContain('coder&#x27;s request cut off 3\u00a0ms later');
  expect(line).not.toContain(doubt);
});

test('one whose adapter died was not seen to be gone, and the line does not promise it', () => {
  const line = sayProof({ role: 'coder', how: 'lost', tookMs: null });
  expect(line).toContain('coder was lost with its adapter; what it left running is stopped there, unseen');
  expect(line.split(doubt)).toHaveLength(2);
});
