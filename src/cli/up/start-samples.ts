import { join } from 'node:path';
import { createPulseClient, isPulseError, toPulseError } from '#client/index.ts';
import { createSampleRepository } from '../demo/sample-repo.ts';
import { sampleWorkflows } from '../demo/sample-workflows.ts';

/** Starts the demo's workflows on a repository in the home. Those that an earlier demo has started are left as they are. */
export async function startSamples({ url, home }: { url: string; home: string }): Promise<void> {
  const repo = await createSampleRepository(join(home, 'demo-repository'));
  const client = createPulseClient({ url, via: 'cli' });
  for (const sample of sampleWorkflows({ repo })) {
    await client.workflow.start.mutate(sample).catch((error) => {
      const problem = toPulseError(error);
      if (!isPulseError(problem, 'GUARD_REJECTED')) throw problem;
    });
  }
}
