/** The console's part of the README shows what the console shows, and names keys that there are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { builtInOf } from '../../../../console/tui/keys/navigation.ts';
import { verbs } from '../../../../console/tui/screens/screens.ts';

const readme = readFileSync(resolve('README.md'), 'utf8');
const section = /^## Console\n(.*?)^## /ms.exec(readme)?.[1] ?? '';

test('the screens of the README are the snapshots', () => {
  const shown = Array.from(section.matchAll(/^```text\n(.*?)\n```$/gms), ([, screen]) => screen);
  const wanted = ['cluster-sealed', 'ceremony-collecting', 'policy-try'].map((name) =>
    readFileSync(resolve(`test/console/tui/screens/snapshots/${name}-80x24.txt`), 'utf8').trimEnd(),
  );
  assert.deepEqual(shown, wanted);
});

test('the keys of the README do something where it says so', () => {
  const rows = Array.from(section.matchAll(/^\| `(\S+)` +\| (\w*) +\| /gm));
  assert.equal(rows.length, 10);
  for (const [, key = '', view = ''] of rows) {
    const isVerb = verbs.some(
      (verb) => verb.keys.includes(key) && verb.view === (view === '' ? 'global' : view),
    );
    assert.ok(isVerb || (view === '' && builtInOf(key) !== undefined), `${key} in ${view}`);
  }
});

test('the commands of the README are there', () => {
  const names = verbs.flatMap(({ command }) => (command === undefined ? [] : [command.name]));
  for (const [, name = ''] of section.matchAll(/`:(\w+)/g)) {
    assert.ok(names.includes(name), `:${name}`);
  }
});
