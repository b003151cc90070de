import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { JoinForm } from '#components/access/join-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('access'))('join.title') };
}

export default function JoinPage() {
  return <JoinForm />;
}
