import { clsx } from 'clsx';
import {
  Check,
  CircleCheck,
  CircleSlash,
  Dot,
  Hourglass,
  KeyRound,
  OctagonPause,
  OctagonX,
  Play,
  Repeat2,
  ShieldCheck,
  ShieldX,
  X,
} from 'lucide-react';
import { endingLooks } from '../ui/outcome.tsx';
import type { Sort } from './describe-entry.ts';

const looks = {
  start: { Icon: Play, colour: 'text-active' },
  round: { Icon: Repeat2, colour: 'text-muted' },
  succeeded: { Icon: Check, colour: 'text-muted' },
  failed: { Icon: X, colour: 'text-refused' },
  stopped: { Icon: CircleSlash, colour: 'text-aborted' },
  waiting: { Icon: Hourglass, colour: 'text-muted' },
  'abort-request': { Icon: OctagonPause, colour: 'text-refused' },
  abort: { Icon: OctagonX, colour: 'text-aborted' },
  end: { Icon: CircleCheck, colour: 'text-ended' },
  'end-failed': endingLooks.failed,
  'end-max-rounds': endingLooks['max-rounds'],
  'end-timed-out': endingLooks['timed-out'],
  guard: { Icon: ShieldCheck, colour: 'text-muted' },
  access: { Icon: KeyRound, colour: 'text-muted' },
  other: { Icon: Dot, colour: 'text-muted' },
  refusal: { Icon: ShieldX, colour: 'text-refused' },
} satisfies Record<Sort, unknown>;

export function EntryIcon({ sort }: { sort: Sort }) {
  const { Icon, colour } = looks[sort];
  return <Icon className={clsx('size-4 shrink-0', colour)} aria-hidden />;
}
