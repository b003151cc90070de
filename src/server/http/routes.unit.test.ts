import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRouteRule, routes } from './routes.ts';

describe('a route', () => {
  it('has a rule, whatever is served', () => {
    const files = listFiles('src/app', /(^|\/)(page|route)\.tsx?$/);
    expect(files.length).toBeGreaterThan(8);
    const served = files.map((file) => `/${dirname(file).replace(/^\.$/, '')}`.replace(/\[.*$/, '*'));
    for (const path of served) expect(Object.keys(routes), path).toContain(path);
  });

  it.each([
    ['/', 'workflow:read'],
    ['/workflows/k1', 'workflow:read'],
    ['/settings', 'session:read'],
    ['/api/events', 'event:read'],
    ['/api/trpc/workflow.list', 'procedures'],
    ['/sign-in', 'public'],
    ['/sign-in/more', 'session:read'],
    ['/api/ready/../events', 'session:read'],
    ['/api/unknown', 'session:read'],
    ['/constructor', 'session:read'],
    ['//sign-in', 'session:read'],
  ])('%s is for %s', (path, rule) => {
    expect(findRouteRule(path)).toBe(rule);
  });
});

function listFiles(directory: string, name: RegExp): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => name.test(path));
}
