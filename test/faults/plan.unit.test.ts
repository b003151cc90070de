import { expect, it } from 'vitest';
import { makePlan } from './plan.ts';

it('makes of one seed always the same plan, and of another seed another', () => {
  expect(makePlan(7)).toEqual(makePlan(7));
  expect(makePlan(8)).not.toEqual(makePlan(7));
});

it('meets every kind of fault within a few dozen seeds', () => {
  const faults = Array.from({ length: 40 }, (_, seed) => makePlan(seed)).flatMap((plan) => plan.faults);
  const found = new Set(faults.map((fault) => (fault.to === 'postgres' ? `${fault.do} postgres` : fault.do)));
  expect([...found].sort()).toEqual([
    'cut',
    'deliver-late',
    'hold',
    'kill',
    'kill postgres',
    'lose-answers',
    'pause',
    'pause postgres',
    'refuse',
    'silence',
  ]);
});
