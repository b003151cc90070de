import 'server-only';

export { getPulse } from '#server/process-pulse.ts';
