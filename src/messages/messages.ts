import enAbort from './en/abort.json';
import enAccess from './en/access.json';
import enAdapters from './en/adapters.json';
import enChildren from './en/children.json';
import enEvents from './en/events.json';
import enGuards from './en/guards.json';
import enList from './en/list.json';
import enPalette from './en/palette.json';
import enSettings from './en/settings.json';
import enShell from './en/shell.json';
import enStart from './en/start.json';
import enTime from './en/time.json';
import enUi from './en/ui.json';
import enWorkflow from './en/workflow.json';
import type { Locale } from './locale.ts';
import zhAbort from './zh/abort.json';
import zhAccess from './zh/access.json';
import zhAdapters from './zh/adapters.json';
import zhChildren from './zh/children.json';
import zhEvents from './zh/events.json';
import zhGuards from './zh/guards.json';
import zhList from './zh/list.json';
import zhPalette from './zh/palette.json';
import zhSettings from './zh/settings.json';
import zhShell from './zh/shell.json';
import zhStart from './zh/start.json';
import zhTime from './zh/time.json';
import zhUi from './zh/ui.json';
import zhWorkflow from './zh/workflow.json';

const en = {
  abort: enAbort,
  access: enAccess,
  adapters: enAdapters,
  children: enChildren,
  events: enEvents,
  guards: enGuards,
  list: enList,
  palette: enPalette,
  settings: enSettings,
  shell: enShell,
  start: enStart,
  time: enTime,
  ui: enUi,
  workflow: enWorkflow,
};

/** All texts of the dashboard in one language, by feature. Keys that `useTranslations` is given are checked against it. */
export type Messages = typeof en;

const zh: Messages = {
  abort: zhAbort,
  access: zhAccess,
  adapters: zhAdapters,
  children: zhChildren,
  events: zhEvents,
  guards: zhGuards,
  list: zhList,
  palette: zhPalette,
  settings: zhSettings,
  shell: zhShell,
  start: zhStart,
  time: zhTime,
  ui: zhUi,
  workflow: zhWorkflow,
};

export const messages: Record<Locale, Messages> = { en, zh };

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
