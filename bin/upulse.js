#!/usr/bin/env node
// Runs the sources: tsx compiles what is imported, the same from any directory and whatever tsconfig.json is there.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
const { main } = await import('../src/cli/main.ts');
await main();
