import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,workflows,test}/**/*.unit.test.{ts,tsx}'],
          // To end what hangs: a property test takes seconds, and many times that on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'int',
          include: ['{src,workflows,test}/**/*.int.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/*.fault.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
