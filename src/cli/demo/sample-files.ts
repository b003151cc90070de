/**
 * The files of the demo's repository: a tiny package without dependencies whose checks fail, because a generated file
 * is out of date and a source file is badly formatted, and whose own scripts repair both.
 */
export const sampleFiles: Record<string, string> = {
  'package.json': `${JSON.stringify(
    {
      name: 'greetings',
      version: '1.4.0',
      private: true,
      type: 'module',
      files: ['src'],
      scripts: {
        test: 'node --test --test-reporter=spec',
        fix: 'node scripts/generate.js',
        format: 'node scripts/format.js',
        start: 'node src/cli.js',
      },
    },
    null,
    2,
  )}\n`,

  '.gitignore': 'node_modules/\n*.tgz\n',

  'README.md': `# greetings

Says hello in a few languages: \`npm start -- Ana de\`.

\`messages.json\` is the source; \`npm run fix\` writes \`src/messages.js\` from it.
`,

  'messages.json': `${JSON.stringify({ en: 'Hello', de: 'Hallo', es: 'Hola', fr: 'Bonjour', ja: 'こんにちは' }, null, 2)}\n`,

  // Somebody added Japanese to messages.json and forgot to generate.
  'src/messages.js': `// Written by scripts/generate.js from messages.json.
export const messages = {
  en: 'Hello',
  de: 'Hallo',
  es: 'Hola',
  fr: 'Bonjour',
};
`,

  // Tabs and trailing spaces, for the formatter.
  'src/greet.js': `import { messages } from './messages.js';

/** Greets a person in a language, or in English where there is no greeting in it. */
export function greet(name, language = 'en') {
\tconst hello = messages[language] ?? messages.en;\u0020\u0020
\treturn \`\${hello}, \${name}!\`;
}
`,

  'src/cli.js': `import { greet } from './greet.js';

const [name = 'world', language] = process.argv.slice(2);
console.log(greet(name, language));
`,

  'scripts/generate.js': `import { readFileSync, writeFileSync } from 'node:fs';

const messages = JSON.parse(readFileSync('messages.json', 'utf8'));
const lines = Object.entries(messages).map(([language, hello]) => \`  \${language}: '\${hello}',\`);
const head = '// Written by scripts/generate.js from messages.json.';
writeFileSync('src/messages.js', [head, 'export const messages = {', ...lines, '};', ''].join('\\n'));
console.log(\`src/messages.js: \${lines.length} languages\`);
`,

  'scripts/format.js': `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from './style.js';

for (const file of readdirSync('src').map((name) => \`src/\${name}\`)) {
  const text = readFileSync(file, 'utf8');
  if (format(text) === text) continue;
  writeFileSync(file, format(text));
  console.log(\`formatted \${file}\`);
}
`,

  'scripts/style.js': `/** The house style: two spaces, no space at a line's end, one line break at the file's. */
export function format(text) {
  const lines = text.split('\\n').map((line) => line.replace(/^\\t+/, (tabs) => '  '.repeat(tabs.length)).trimEnd());
  return \`\${lines.join('\\n').trimEnd()}\\n\`;
}
`,

  'test/greet.test.js': `import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

test('greets in English by default', () => {
  assert.equal(greet('Ana'), 'Hello, Ana!');
});

test('greets in every language of messages.json', () => {
  for (const [language, hello] of Object.entries(JSON.parse(readFileSync('messages.json', 'utf8')))) {
    assert.equal(greet('Ana', language), \`\${hello}, Ana!\`);
  }
});
`,

  'test/style.test.js': `import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { format } from '../scripts/style.js';

for (const name of readdirSync('src')) {
  test(\`src/\${name} is formatted\`, () => {
    const text = readFileSync(\`src/\${name}\`, 'utf8');
    assert.equal(text, format(text));
  });
}
`,
};
