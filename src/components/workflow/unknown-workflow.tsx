import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonClasses } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';

/** For a key that no workflow has. */
export function UnknownWorkflow() {
  const t = useTranslations('workflow.unknown');
  return (
    <StateMessage
      heading="h1"
      icon={SearchX}
      title={t('title')}
      action={
        <Link href="/?status=all" className={buttonClasses('primary')}>
          {t('action')}
        </Link>
      }
    >
      {t('about')}
    </StateMessage>
  );
}
