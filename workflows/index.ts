import type { WorkflowDefinition } from '#domain/definition.ts';
import { meta } from './meta.ts';
import { pipeline } from './pipeline.ts';

/** The definitions that can be started, by their names. Add yours here. **Source** `docs/workflows.md`. */
export const definitions: readonly WorkflowDefinition[] = [sealed(meta), sealed(pipeline)];

/**
 * Forgets the type of a definition's input, so that different ones fit in one list. It is safe because whoever
 * runs them hands roles and moderator only what the definition's own `input` schema has accepted.
 */
function sealed<Input>(definition: WorkflowDefinition<Input>): WorkflowDefinition {
  return definition as unknown as WorkflowDefinition;
}
