// What the watchdog becomes when its adapter has died: node reaper.js <home> <owner>
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
const { reapAfter } = await import('./reap-orphans.ts');
const [home, owner] = process.argv.slice(2);
await reapAfter(home, owner);
