import { optionalGuards } from '#domain/abort-policy.ts';
import type { Refusal } from '#domain/event.ts';
import { type GuardRegistry, guardChange, logKey, type SwitchedGuard } from '#domain/guard-change.ts';
import { control, splitKind } from '#domain/kind.ts';

type Refused = Pick<Refusal, 'key' | 'kind' | 'payload' | 'guard' | 'state'>;

/**
 * Says in plain words why a shipped guard refused an event, where its state tells.
 *
 * **Shape** undefined for any other refusal: the check is all there is to say.
 */
export function explainRefusal(refused: Refused): string | undefined {
  switch (refused.guard) {
    case 'workflow-lifecycle':
    case 'workflow-rounds':
      return explainStatus(refused);
    case 'guard-registry':
      return refused.key === logKey ? explainChange(refused) : undefined;
    default:
      return undefined;
  }
}

function explainStatus({ key, kind, guard, state }: Refused): string | undefined {
  const { status } = state as { status: string };
  const { tail } = splitKind(kind);
  if (tail === control.stopped) return undefined; // Its status is not what keeps it out.
  if (tail === control.start) return `'${key}' has already begun, so choose another key`;
  if (status === 'aborted') return `'${key}' is already aborted`;
  if (status === 'ended') return `'${key}' has already ended`;
  return guard === 'workflow-lifecycle' ? `'${key}' has not begun` : undefined;
}

function explainChange({ kind, payload, state }: Refused): string {
  const { guards } = state as GuardRegistry;
  if (kind === guardChange.apply)
    return `${Object.keys(guards).length} guards are known, as many as there may be, so apply it under the name of one of them`;
  const { name } = payload as SwitchedGuard;
  const isEnabled = guards[name]?.enabled ?? (optionalGuards.some((guard) => guard.name === name) ? false : null);
  if (isEnabled === (kind === guardChange.enable))
    return `The guard '${name}' is already ${isEnabled ? 'enabled' : 'disabled'}`;
  return `The guard '${name}' has never been applied`;
}
