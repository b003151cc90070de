import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { buttonClasses } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';

/** For a key that no workflow has. */
export function UnknownWorkflow() {
  return (
    <StateMessage
      heading="h1"
      icon={SearchX}
      title="There is no workflow with this key"
      action={
        <Link href="/?status=all" className={buttonClasses('primary')}>
          See all workflows
        </Link>
      }
    >
      Keys are exact: capitals and spaces count. It may also be of another log than this one.
    </StateMessage>
  );
}
