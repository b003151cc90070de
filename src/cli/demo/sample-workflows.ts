import type { JsonObject } from '#domain/json.ts';

/** What `workflow.start` takes for one of the demo's workflows. */
export interface SampleWorkflow {
  name: string;
  key: string;
  input: JsonObject;
  maxRounds?: number;
}

const seconds = (count: number) => `for n in $(seq 1 ${count}); do`;

/**
 * The workflows that the demo starts on its repository: some that end within seconds, in every way there is, and some
 * that run until somebody aborts them.
 *
 * Their keys never change, so a second start of the demo finds them all begun and starts none again. They write to nothing but their output and temporary directories; `meta` works in a worktree of its own.
 */
export function sampleWorkflows({ repo }: { repo: string }): SampleWorkflow[] {
  return [fixGreeting(repo), writeChangelog(repo), nightlyReport(repo), ...releases(repo), ...longRuns(repo)];
}

/** Ends `approved`, with a commit on `pulse/fix-greeting`. */
function fixGreeting(repo: string): SampleWorkflow {
  const task = 'Greet in every language of messages.json\n\nThe tests tell which greetings are missing.';
  return { name: 'meta', key: 'fix-greeting', input: { repo, task } };
}

/** No fixer writes prose, so without an agent this one goes round until it ends with `max-rounds`. */
function writeChangelog(repo: string): SampleWorkflow {
  const task = 'Write CHANGELOG.md with an entry for version 1.4.0';
  const check = 'sleep 4; grep -n "1.4.0" CHANGELOG.md';
  return { name: 'meta', key: 'write-changelog', input: { repo, task, check }, maxRounds: 9 };
}

/** Ends `done` after about half a minute. */
function nightlyReport(cwd: string): SampleWorkflow {
  const languages = `${seconds(5)} echo "pass $n"; sleep 1; done; node -p "Object.keys(require('./messages.json')).join()"`;
  const steps = [
    { role: 'history', run: 'git log --stat --no-color | cat; sleep 4' },
    { role: 'lines', run: 'for file in $(git ls-files); do wc -l "$file"; sleep 0.5; done' },
    { role: 'languages', run: languages },
    { role: 'publish', run: `${seconds(10)} echo "sent $((n * 10)) % of the report"; sleep 1; done` },
  ];
  return { name: 'pipeline', key: 'nightly-report', input: { cwd, steps } };
}

/** One that packs and ends `done`, and one that ends `failed` because the tests of the repository's main branch do. */
function releases(cwd: string): SampleWorkflow[] {
  const archive = 'git archive --format=tar HEAD';
  const pack = [
    { role: 'list', run: `${archive} | tar -tf -; sleep 3` },
    { role: 'build', run: `${seconds(6)} echo "module $n of 6"; sleep 1; done` },
    { role: 'checksum', run: `sleep 2; ${archive} | git hash-object --stdin` },
  ];
  const release = [
    { role: 'version', run: 'node -p "require(\'./package.json\').version"; sleep 3' },
    { role: 'test', run: 'sleep 2; npm test' },
    { role: 'tag', run: 'echo "Never reached: the tests fail."' },
  ];
  return [
    { name: 'pipeline', key: 'package-greetings', input: { cwd, steps: pack } },
    { name: 'pipeline', key: 'release-1.4.0', input: { cwd, steps: release } },
  ];
}

/** For aborting: one that prints without end, one that sleeps for days, one of many short rounds. */
function longRuns(cwd: string): SampleWorkflow[] {
  const reindex = 'n=0; while :; do n=$((n + 1)); echo "indexed batch $n, $((n * 250)) documents"; sleep 1; done';
  const waves = Array.from({ length: 60 }, (_, index) => {
    const role = `wave-${String(index + 1).padStart(2, '0')}`;
    return { role, run: `echo "${(index + 1) * 20} users"; sleep 6; node src/cli.js "${role}" de` };
  });
  return [
    {
      name: 'pipeline',
      key: 'reindex-archive',
      input: {
        cwd,
        steps: [
          { role: 'count', run: 'git ls-files | wc -l; sleep 2' },
          { role: 'index', run: reindex },
        ],
      },
    },
    {
      name: 'pipeline',
      key: 'wait-for-approval',
      input: { cwd, steps: [{ role: 'wait', run: 'echo "Waiting for a person."; sleep 604800' }] },
    },
    { name: 'pipeline', key: 'load-test', input: { cwd, steps: waves } },
  ];
}
