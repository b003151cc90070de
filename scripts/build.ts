// Builds the dashboard unless the build that is there was made from these sources. `upulse up` does the same.
import { buildDashboard } from '#cli/up/build-dashboard.ts';

try {
  const built = await buildDashboard({ log: console.log });
  console.log(built ? 'Built.' : 'The build is up to date.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
