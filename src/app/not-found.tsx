import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { buttonClasses } from '#components/ui/button.tsx';
import { StateMessage } from '#components/ui/state-message.tsx';

export default function NotFound() {
  return (
    <StateMessage
      heading="h1"
      icon={SearchX}
      title="There is no such page"
      action={
        <Link href="/" className={buttonClasses('primary')}>
          Go to the workflows
        </Link>
      }
    >
      The address may be mistyped, or of another version of Pulse.
    </StateMessage>
  );
}
