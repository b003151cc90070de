import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonClasses } from '#components/ui/button.tsx';
import { StateMessage } from '#components/ui/state-message.tsx';

export default function NotFound() {
  const t = useTranslations('shell.notFound');
  return (
    <StateMessage
      heading="h1"
      icon={SearchX}
      title={t('title')}
      action={
        <Link href="/" className={buttonClasses('primary')}>
          {t('action')}
        </Link>
      }
    >
      {t('about')}
    </StateMessage>
  );
}
