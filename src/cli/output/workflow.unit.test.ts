import { expect, test } from 'vitest';
import type { Workflow } from '#domain/workflow.ts';
import { formatWorkflow, formatWorkflows } from './workflow.ts';

const at = '2026-01-01T12:00:00.000Z';
const workflow = {
  key: 'k1',
  name: 'meta',
  status: 'active',
  round: 2,
  maxRounds: 5,
  role: null,
  startedAt: at,
  updatedAt: at,
  startedBy: { type: 'user', id: 'ana', name: 'Ana', via: 'cli' },
} as unknown as Workflow;

test.each([
  [{ waitingFor: 'deploy.approved', resumeAt: null }, /for deploy\.approved$/m],
  [{ waitingFor: 'deploy.approved', resumeAt: at }, /for deploy\.approved until 2026-01-01 /],
  [{ waitingFor: null, resumeAt: at }, /until 2026-01-01 /],
])('says what a workflow waits for: %j', (wait, expected) => {
  const waiting = { ...workflow, ...wait };
  expect(formatWorkflow(waiting, Date.parse(at))).toMatch(/^Waits +(for|until)/m);
  expect(formatWorkflow(waiting, Date.parse(at))).toMatch(expected);
  expect(formatWorkflows([waiting], Date.parse(at))).toContain('waits ');
});

test('says nothing of a wait where there is none', () => {
  const running = { ...workflow, role: 'coder', waitingFor: null, resumeAt: null };
  expect(formatWorkflow(running, Date.parse(at))).not.toContain('Waits');
  expect(formatWorkflows([running], Date.parse(at))).not.toContain('waits');
});
