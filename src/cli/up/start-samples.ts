import { join } from 'node:path';
import { createPulseClient, isPulseError, type PulseClient, toPulseError } from '#client/index.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { createSampleRepository } from '../demo/sample-repo.ts';
import { type SampleWorkflow, sampleWorkflows } from '../demo/sample-workflows.ts';

/** Starts the demo's workflows on a repository in the home. Those that an earlier demo has started are left as they are. */
export async function startSamples({ url, home, token }: { url: string; home: string; token?: string }): Promise<void> {
  const repo = await createSampleRepository(join(home, 'demo-repository'));
  const client = createPulseClient({ url, token, via: 'cli' });
  for (const sample of sampleWorkflows({ repo })) await startOnce(client, sample);
}

/** The guard alone would see to it that nothing starts twice, but a refusal is kept for good: asking first leaves the trail clean. */
async function startOnce(client: PulseClient, sample: SampleWorkflow): Promise<void> {
  try {
    await client.workflow.get.query({ key: sample.key });
  } catch (unknown) {
    rethrowUnless('NOT_FOUND', unknown);
    await client.workflow.start.mutate(sample).catch((error) => rethrowUnless('GUARD_REJECTED', error));
  }
}

function rethrowUnless(code: ErrorCode, error: unknown): void {
  const problem = toPulseError(error);
  if (!isPulseError(problem, code)) throw problem;
}
