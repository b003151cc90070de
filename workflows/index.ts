import type { WorkflowDefinition } from '#domain/definition.ts';
import { meta } from './meta.ts';
import { pipeline } from './pipeline.ts';

/** The definitions that can be started, by their names. Add yours here. **Source** `docs/workflows.md`. */
export const definitions: readonly WorkflowDefinition[] = [meta, pipeline];
