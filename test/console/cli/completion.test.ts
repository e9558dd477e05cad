/**
 * Shell completion as a person meets it: an interactive shell on a terminal of its own, the script
 * that `strongbox completion` prints, and the Tab key.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../house/support/project.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { hasTerminals, Terminal } from './terminal.ts';

const shells = [
  { name: 'bash', line: 'bash --norc --noprofile -i', prelude: '' },
  { name: 'zsh', line: 'zsh -f -i', prelude: 'autoload -Uz compinit && compinit -u' },
] as const;

for (const { name, line, prelude } of shells) {
  const present = spawnSync(name, ['-c', 'true']).status === 0;
  const skip = hasTerminals && present ? false : `${name} on a terminal is not to be had here`;
  test(`${name} completes commands and flags`, { skip }, async () => {
    await using folder = await temporaryFolder();
    const programs = programsIn(folder.path);
    const setup = join(folder.path, 'setup');
    const completion = spawnSync(join(programs, 'strongbox'), ['completion', name]);
    assert.equal(completion.status, 0);
    writeFileSync(setup, `${prelude}\n${completion.stdout.toString()}\nPS1='rea''dy> '\n`);
    const path = [programs, process.env['PATH'] ?? ''].join(delimiter);
    const shell = new Terminal(line, { HOME: folder.path, PATH: path });
    shell.type(`. ${setup}\r`);
    await shell.shows('ready> ');
    shell.type('strongbox kv metad\t');
    await shell.shows(/kv metadata/u);
    shell.type('\u0015strongbox operator generate-r\t--can\t');
    await shell.shows(/--cancel/u);
    shell.type('\u0015exit\r');
    assert.equal(await shell.ended(), 0);
  });
}

/** A folder for PATH with the command line in it. */
function programsIn(folder: string): string {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  symlinkSync(join(root, '.bin', 'strongbox.mjs'), join(programs, 'strongbox'));
  return programs;
}
