import type { Workflow } from '#domain/workflow.ts';
import type { ListFilter } from '../live/apply-to-list.ts';

/** What someone wants to abort: one workflow, several, or all that a list takes. */
export type AbortTarget =
  | { type: 'one'; workflow: Workflow }
  | { type: 'several'; workflows: Workflow[] }
  | {
      type: 'matching';
      filter: ListFilter;
      /** Called once it is tried for each. */
      onAborted: () => void;
    };
