import { isAccessChange } from '#domain/access-change.ts';
import type { GuardDefinition } from '#domain/guard.ts';
import { type GuardRegistry, guardChange, isGuardChange } from '#domain/guard-change.ts';
import { type CompiledGuard, compileGuard } from './compile.ts';

/** A workflow starts once, and is aborted or ended once. Its state is the workflow's status. */
const workflowLifecycle = {
  name: 'workflow-lifecycle',
  initial_value: { status: 'unknown' },
  sources: [
    { kind: '*.__start__', check: "state.status = 'unknown'", transition: "{'status':'active'}" },
    { kind: '*.__abort__', check: "state.status = 'active'", transition: "{'status':'aborted'}" },
    { kind: '*.__end__', check: "state.status = 'active'", transition: "{'status':'ended'}" },
  ],
} satisfies GuardDefinition;

/**
 * One round at a time, in order, and nothing after the end but `__stopped__`, once.
 *
 * Whether an abort or an end may happen is for workflow-lifecycle to say; here they close the workflow. A role that still
 * runs then stays in the state until `__stopped__` records that it is dead. The adapter ends a workflow between rounds;
 * if someone else ends it under a running role, what the role still writes is refused like after an abort.
 * A workflow waits between rounds only.
 * An event whose payload has a round is a role's; others (an approval, a note) are free while the workflow is open.
 *
 * `state.role != null` comes first where it need not: most events meet no running role, and then cost half.
 */
const workflowRounds = {
  name: 'workflow-rounds',
  initial_value: { status: 'unknown', round: 0, role: null },
  sources: [
    {
      kind: '*.__start__',
      check: "state.status = 'unknown'",
      transition: "{'status': 'active', 'round': 0, 'role': null}",
    },
    {
      kind: '*.__abort__',
      check: 'true',
      transition: "{'status': 'aborted', 'round': state.round, 'role': state.role}",
    },
    {
      kind: '*.__end__',
      check: 'true',
      transition: "{'status': 'ended', 'round': state.round, 'role': state.role}",
    },
    {
      kind: '*.__round__',
      check:
        "state.status = 'active' and state.role = null and $type(event.payload) = 'object'" +
        " and event.payload.round = state.round + 1 and $type(event.payload.role) = 'string' and event.payload.role != ''" +
        " and $contains(event.payload.role, '.') = false",
      transition: "{'status': 'active', 'round': event.payload.round, 'role': event.payload.role}",
    },
    { kind: '*.__wait__', check: "state.status = 'active' and state.role = null", transition: 'state' },
    {
      kind: '*.__stopped__',
      check:
        "state.role != null and $type(event.payload) = 'object'" +
        ' and event.payload.round = state.round and event.payload.role = state.role',
      transition: "{'status': state.status, 'round': state.round, 'role': null}",
    },
    {
      kind: '*.*',
      check:
        "state.role != null and $substringAfter(event.kind, '.') = state.role" +
        " ? state.status = 'active' and $type(event.payload) = 'object' and event.payload.round = state.round" +
        " : state.status in ['unknown', 'active']" +
        " and ($type(event.payload) != 'object' or $exists(event.payload.round) = false)",
      transition:
        "state.role != null and $substringAfter(event.kind, '.') = state.role" +
        " ? {'status': state.status, 'round': state.round, 'role': null} : state",
    },
    { kind: '*.*.*', check: "state.status in ['unknown', 'active']", transition: 'state' },
  ],
} satisfies GuardDefinition;

/**
 * Which guards were applied and are in force: the log's record about itself, under the key `pulse`.
 *
 * That a definition is valid and `version` the hash of its content is seen to before a guard is asked. Sixty-four entries
 * fit into a guard's state, whatever their names, so each can always be switched.
 */
const guardRegistry = {
  name: 'guard-registry',
  initial_value: { changes: 0, guards: {} },
  sources: [
    {
      kind: guardChange.apply,
      check:
        "event.key = 'pulse' and ($count($keys(state.guards)) < 64" +
        ' or $exists($lookup(state.guards, event.payload.definition.name)))',
      transition:
        "{'changes': state.changes + 1, 'guards': $merge([state.guards, {event.payload.definition.name:" +
        " {'version': event.payload.version, 'enabled': true, 'activation': state.changes + 1}}])}",
    },
    {
      kind: guardChange.disable,
      check: "event.key = 'pulse' and $lookup($lookup(state.guards, event.payload.name), 'enabled') = true",
      transition:
        "{'changes': state.changes + 1, 'guards': $merge([state.guards, {event.payload.name:" +
        " $merge([$lookup(state.guards, event.payload.name), {'enabled': false}])}])}",
    },
    {
      kind: guardChange.enable,
      check: "event.key = 'pulse' and $lookup($lookup(state.guards, event.payload.name), 'enabled') = false",
      transition:
        "{'changes': state.changes + 1, 'guards': $merge([state.guards, {event.payload.name:" +
        " $merge([$lookup(state.guards, event.payload.name), {'enabled': true, 'activation': state.changes + 1}])}])}",
    },
  ],
} satisfies GuardDefinition & { initial_value: GuardRegistry };

export const registryGuard = compileGuard(guardRegistry);
const registryAlone: readonly CompiledGuard[] = [registryGuard];

/** The guards that every log has, in the order in which they are asked. They can't be replaced or switched off. */
export const shippedGuards: readonly CompiledGuard[] = [
  compileGuard(workflowLifecycle),
  compileGuard(workflowRounds),
  registryGuard,
];

/**
 * Finds which guards decide about an event of the log's own key: about a change of guards the registry alone, so that
 * nothing can keep itself in force, neither a guard that was applied nor a workflow of an older log that had this key; about
 * what is recorded of people and tokens none.
 */
export function findLogGuards(kind: string): readonly CompiledGuard[] {
  if (isAccessChange(kind)) return [];
  return isGuardChange(kind) ? registryAlone : shippedGuards;
}
