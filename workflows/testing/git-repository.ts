import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory for one test, with a git repository and a home for the workflow, neither inside the other. */
export interface TestRepository {
  repo: string;
  home: string;
  git: (...args: string[]) => string;
  write: (path: string, text: string) => void;
  remove: () => void;
}

/** Makes a repository with these files in its first commit. git reads no configuration of the machine. */
export function makeRepository(files: Record<string, string>): TestRepository {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'pulse-workflows-')));
  const repo = join(directory, 'repo');
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete env[name];
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, env, encoding: 'utf8' }).trim();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  };
  mkdirSync(repo);
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, text] of Object.entries(files)) write(path, text);
  git('add', '--all');
  git('-c', 'user.name=Ana', '-c', 'user.email=ana@example.org', 'commit', '--quiet', '--allow-empty', '-m', 'Start');
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return { repo, home: join(directory, 'home'), git, write, remove };
}
