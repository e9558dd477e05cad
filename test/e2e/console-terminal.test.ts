/**
 * The console and its terminal: keys in any chunks, pastes of any shape, every size, every way to
 * end, and terminals that want no colour or are none.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AgentProcess, repositoryFolder } from '../support/agent-process.ts';
import { openConsole } from '../support/console-process.ts';
import { command, pressUntil } from '../support/operator-hands.ts';
import { PtyConsole, type PtyOptions } from '../support/pty-console.ts';

/** Sealed and without a key: the console opens on the choice of shares. */
const agent = await AgentProcess.start();
after(() => agent[Symbol.asyncDispose]());

function open(options: Partial<PtyOptions> & { words?: readonly string[] } = {}): PtyConsole {
  return openConsole({ socket: agent.socket, home: agent.folder, ...options });
}

const launcher = join(repositoryFolder, '.bin', 'strongbox.mjs');
const ready = /needed to unseal/;

async function quit(terminal: PtyConsole): Promise<void> {
  await command(terminal, 'quit');
  assert.deepEqual(await terminal.ended(), { code: 0, signal: 0 });
  assert.deepEqual(terminal.leftovers, []);
}

test('it opens on the whole screen and gives it back', async () => {
  await using terminal = open();
  await terminal.waitFor(ready);
  assert.deepEqual(terminal.leftovers.includes('alternate screen'), true);
  await quit(terminal);
  assert.equal(terminal.screen.trim(), '', 'the shell finds its own screen');
});

test('keys that arrive in one chunk are keys one by one', async () => {
  await using terminal = open();
  await terminal.waitFor(/shares +‹ 3 ›/);
  terminal.send('+++');
  await terminal.waitFor(/shares +‹ 6 ›/);
  terminal.send('\u001b[B\u001b[C\u001b[C');
  await terminal.waitFor(/needed to unseal +‹ 4 ›/);
  terminal.send(':quit\r');
  assert.equal((await terminal.ended()).code, 0, 'also the Enter at the end of a chunk');
});

test('an escape sequence that is cut in two is one key', async () => {
  await using terminal = open();
  await terminal.waitFor(/shares +‹ 3 ›/);
  terminal.send('\u001b');
  terminal.send('[B');
  await terminal.waitFor(/needed to unseal +‹ 2 ›/);
  await quit(terminal);
});

test('a paste runs no command and confirms nothing', async () => {
  await using terminal = open();
  await terminal.waitFor(ready);
  terminal.send('\u001b[200~:quit\r\u001b[201~');
  terminal.send('+');
  await terminal.waitFor(/shares +‹ 4 ›/);
  terminal.send('\r');
  await terminal.waitFor('<y> yes');
  for (let count = 0; count < 10; count += 1) terminal.send('\u001b[200~y\r\u001b[201~');
  await pressUntil(terminal, 'n', /shares +‹ 4 ›(?![\s\S]*<y> yes)/);
  assert.doesNotMatch(terminal.raw, /SECRET ENTRY/);
  await quit(terminal);
});

test('a burst of keys is taken for a paste without its marks, and said so', async () => {
  await using terminal = open();
  await terminal.waitFor(/shares +‹ 3 ›/);
  terminal.send('some text that nobody typed key by key');
  await terminal.waitFor(/paste/i);
  assert.match(terminal.screen, /shares +‹ 3 ›/);
  await quit(terminal);
});

test('a paste that never ends does not take the keyboard away', async () => {
  await using terminal = open();
  await terminal.waitFor(/shares +‹ 3 ›/);
  terminal.send('\u001b[200~half a paste');
  // Each chunk puts the end of the paste off: whoever stops typing for a moment is heard again.
  await pressUntil(terminal, '+', /shares +‹ [4-9] ›/, 1_500);
  await quit(terminal);
});

test('it follows the size down to where it says what it needs, and back', async () => {
  await using terminal = open();
  await terminal.waitFor(ready);
  terminal.resize(50, 12);
  await terminal.waitFor(/60\D*16/);
  terminal.resize(60, 16);
  await terminal.waitFor(ready);
  terminal.resize(200, 60);
  await terminal.waitFor(ready);
  await terminal.waitUntil(
    (screen) => screen.match(/needed to unseal/g)?.length === 1 && /<\?> help/.test(screen),
    'one screen, and not the rest of another',
  );
  terminal.resize(80, 24);
  await terminal.waitUntil(
    (screen) => /<\?> help/.test(screen.split('\n')[23] ?? ''),
    'the footer',
  );
  await quit(terminal);
});

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const) {
  test(`${signal} restores the terminal and ends with ${code}`, async () => {
    await using terminal = open();
    await terminal.waitFor(ready);
    terminal.kill(signal);
    const end = await terminal.ended();
    const number = constants.signals[signal];
    assert.ok(end.code === code || end.signal === number, JSON.stringify(end));
    assert.deepEqual(terminal.leftovers, []);
  });
}

test('Ctrl-Z goes to the shell, and fg comes back', async () => {
  await using shell = new PtyConsole({
    file: '/bin/bash',
    arguments: ['--norc', '--noprofile', '-i'],
    folder: agent.folder,
    environment: { HOME: agent.folder, PS1: 'shell> ' },
  });
  await shell.waitFor('shell>');
  shell.send(`${process.execPath} ${launcher} console --address unix://${agent.socket}\r`);
  await shell.waitFor(ready);
  shell.send('\u001a');
  await shell.waitFor(/Stopped[\s\S]*shell>/);
  assert.deepEqual(
    shell.leftovers.filter((what) => what !== 'bracketed paste'),
    [],
    'the shell has its screen',
  );
  shell.send('echo $((40 + 2))\r');
  await shell.waitFor(/^42$/m);
  shell.send('fg\r');
  await shell.waitFor(/shares +‹ 3 ›/);
  shell.send('+');
  await shell.waitFor(/shares +‹ 4 ›/);
  shell.send(':quit\r');
  await shell.waitFor(/shell>$/);
});

test('a CI variable changes nothing', async () => {
  for (const value of ['', '1', 'true']) {
    await using terminal = open({ environment: { CI: value } });
    await terminal.waitFor(ready);
    await quit(terminal);
  }
});

test('with NO_COLOR no colour is written, and what is chosen is still seen', async () => {
  await using terminal = open({ environment: { NO_COLOR: '1' } });
  await terminal.waitFor(ready);
  await quit(terminal);
  assert.doesNotMatch(terminal.raw, /\u001b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m/);
  assert.match(terminal.raw, /\u001b\[(?:\d+;)*[17](?:;\d+)*m/, 'bold or inverse');
});

test('without a terminal it names the command for scripts, and exits with 2', () => {
  const words = ['console', '--address', `unix://${agent.socket}`];
  const outcome = spawnSync(process.execPath, [launcher, ...words], {
    input: '',
    encoding: 'utf8',
    env: { ...process.env, HOME: agent.folder },
  });
  assert.equal(outcome.status, 2);
  assert.equal(outcome.stdout, '');
  assert.match(outcome.stderr, /^[^\n]*strongbox console --once [^\n]*--format json\n$/);
});
