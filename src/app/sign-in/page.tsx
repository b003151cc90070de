import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { readViewer } from '#app/read-viewer.ts';
import { type SearchParams, toQuery } from '#app/search-params.ts';
import { readLocalPath } from '#components/access/post-auth.ts';
import { SignInForm } from '#components/access/sign-in-form.tsx';
import { readAuthSettings } from '#server/auth/settings.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('access'))('signIn.title') };
}

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const query = toQuery(await searchParams);
  const to = readLocalPath(query.get('to'));
  if (await readViewer()) redirect(to);
  const { oidc } = readAuthSettings(process.env);
  const error = query.get('error');
  return (
    <SignInForm
      to={to}
      provider={oidc?.name ?? null}
      problem={error === null ? null : error === 'no_role' ? 'noRole' : 'providerFailed'}
    />
  );
}
