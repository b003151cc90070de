import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getPulse } from '#app/pulse.ts';
import { readLiveStart } from '#app/read-live-start.ts';
import { readViewer } from '#app/read-viewer.ts';
import { LiveStart } from '#components/live/live-provider.tsx';
import { SettingsView } from '#components/settings/settings-view.tsx';
import { allows } from '#domain/access.ts';
import { listPeople } from '#server/auth/people/person.ts';
import { listTokens } from '#server/auth/tokens/list-tokens.ts';
import { listGuards } from '#server/guards/read-guards.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('settings'))('title') };
}

export default async function SettingsPage() {
  const pulse = await getPulse();
  const start = await readLiveStart(pulse);
  const viewer = await readViewer();
  const mayManage = viewer && allows(viewer.access, { scope: 'person:write' });
  const [people, tokens, guards] = await Promise.all(
    mayManage ? [listPeople(pulse), listTokens(pulse), listGuards(pulse)] : [],
  );
  return (
    <>
      <LiveStart {...start} />
      <SettingsView first={people && tokens && guards ? { people, tokens, guards } : null} />
    </>
  );
}
