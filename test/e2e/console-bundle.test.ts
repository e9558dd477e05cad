/** What the build makes of the console: a few files that hold all they need, and no more. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess, repositoryFolder } from '../support/agent-process.ts';
import { command } from '../support/operator-hands.ts';
import { PtyConsole } from '../support/pty-console.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = join(repositoryFolder, '.build', 'console', 'tui');
const programs = ['console', 'control-worker', 'audit-verify-worker', 'secret-entry'] as const;

function textOf(program: string): string {
  return readFileSync(join(folder, `${program}.mjs`), 'utf8');
}

test('the bundles need nothing beside them but Node and the add-on for pass-phrases', () => {
  for (const program of programs) {
    const imports = [...textOf(program).matchAll(/\bfrom"([^"]+)"|\bimport\("([^"]+)"\)/g)];
    const foreign = imports
      .map(([, fixed, dynamic]) => fixed ?? dynamic ?? '')
      .filter((name) => !name.startsWith('node:') && !process.getBuiltinModule(name));
    assert.deepEqual(
      [...new Set(foreign)].filter((name) => name !== 'argon2'),
      [],
      program,
    );
  }
});

test('they are the production half of everything, and tell nothing of where they were made', () => {
  for (const program of programs) {
    const text = textOf(program);
    assert.ok(!text.includes('process.env.NODE_ENV'), program);
    assert.ok(!text.includes(repositoryFolder), program);
    assert.doesNotMatch(text, /blessed/, 'the wallboard stays in its own process');
  }
});

test('a console starts in any folder, and finds its agent by the environment', async () => {
  await using agent = await AgentProcess.start();
  await using elsewhere = await temporaryFolder();
  await using terminal = new PtyConsole({
    file: process.execPath,
    arguments: [join(repositoryFolder, '.bin', 'strongbox.mjs'), 'console'],
    folder: elsewhere.path,
    environment: { HOME: elsewhere.path, STRONGBOX_SOCKET: agent.socket },
  });
  await terminal.waitFor('needed to unseal');
  await command(terminal, 'quit');
  assert.equal((await terminal.ended()).code, 0);
});

test('what is bundled runs without the packages that it was made of', async () => {
  await using alone = await temporaryFolder();
  await cp(folder, alone.path, {
    recursive: true,
    filter: (path) => path === folder || path.endsWith('.mjs'),
  });
  const program = `
    const { runConsole } = await import(${JSON.stringify(join(alone.path, 'console.mjs'))});
    console.log(typeof runConsole);
  `;
  await using terminal = new PtyConsole({
    file: process.execPath,
    arguments: ['--input-type=module', '--eval', program],
    folder: alone.path,
  });
  assert.equal((await terminal.ended()).code, 0);
  assert.equal(terminal.screen, 'function');
});
