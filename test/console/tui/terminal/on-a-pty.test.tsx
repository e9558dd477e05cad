import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { PtyConsole } from '../../../support/pty-console.ts';

const fixture = fileURLToPath(new URL('fixture-app.js', import.meta.url));

async function start(environment: Readonly<Record<string, string>> = {}): Promise<PtyConsole> {
  const command = `echo before; exec '${process.execPath}' '${fixture}'`;
  const terminal = new PtyConsole({ file: 'sh', arguments: ['-c', command], environment });
  await untilListening(terminal);
  return terminal;
}

/** The first frame comes a moment before raw mode: until then the kernel keeps the keys. */
async function untilListening(terminal: PtyConsole): Promise<void> {
  await terminal.waitFor('last: none.');
  await terminal.waitUntil(() => terminal.raw.includes('\u001b[?2004h'), 'listening');
}

const deaths = [
  { how: 'q', act: (terminal: PtyConsole) => terminal.send('q'), code: 0, said: /^before$/ },
  {
    how: 'a throw',
    act: (terminal: PtyConsole) => terminal.send('t'),
    code: 1,
    said: /^before\nended: Error: thrown on purpose/,
  },
  {
    how: 'a rejection',
    act: (terminal: PtyConsole) => terminal.send('r'),
    code: 1,
    said: /^before\nended: Error: rejected on purpose/,
  },
  {
    how: 'process.exit',
    act: (terminal: PtyConsole) => terminal.send('x'),
    code: 3,
    said: /^before$/,
  },
  {
    how: 'SIGTERM',
    act: (terminal: PtyConsole) => terminal.kill('SIGTERM'),
    code: 143,
    said: /^before$/,
  },
  {
    how: 'SIGHUP',
    act: (terminal: PtyConsole) => terminal.kill('SIGHUP'),
    code: 129,
    said: /^before$/,
  },
  {
    how: 'SIGINT',
    act: (terminal: PtyConsole) => terminal.kill('SIGINT'),
    code: 130,
    said: /^before$/,
  },
];

for (const { how, act, code, said } of deaths) {
  test(`after ${how} the terminal is as it was`, async () => {
    await using terminal = await start();
    act(terminal);
    assert.equal((await terminal.exit).code, code);
    assert.deepEqual(terminal.leftovers, []);
    assert.match(terminal.screen, said);
  });
}

test('an empty CI and NO_COLOR change nothing about being drawn', async () => {
  await using terminal = await start({ CI: '', NO_COLOR: '1' });
  terminal.send('jk');
  await terminal.waitFor('last: k.');
});

test('a paste that never ends leaves the keys working', async () => {
  await using terminal = await start();
  terminal.send('\u001b[200~half a paste');
  await terminal.waitFor('"reason":"unterminated"');
  await delay(250);
  terminal.send('j');
  await terminal.waitFor('last: j.');
});

test('the start of the frame is the upper left corner, and Esc is a key at once', async () => {
  await using terminal = await start();
  assert.equal(terminal.screen.split('\n')[0], 'last: none.');
  terminal.send('\u001b');
  await terminal.waitFor('last: Esc.');
  terminal.send('\u001b[A');
  await terminal.waitFor('last: Up.');
  terminal.send('\u001bOP');
  await terminal.waitFor('last: F1.');
});

test('Ctrl-Z stops the process with the terminal in order, and fg draws it anew', async () => {
  await using terminal = new PtyConsole({ file: 'sh', arguments: ['-i'] });
  terminal.send(`'${process.execPath}' '${fixture}'\r`);
  await untilListening(terminal);
  terminal.send('\u001a');
  await terminal.waitFor('Stopped');
  assert.deepEqual(terminal.leftovers, []);
  terminal.send('fg\r');
  await terminal.waitFor('last: C-z.');
  terminal.send('j');
  await terminal.waitFor('last: j.');
  terminal.send('q');
  await terminal.waitFor('Stopped');
  terminal.send('exit\r');
  await terminal.exit;
});

test('a child has the terminal to itself, and what it leaves on is switched off', async () => {
  await using terminal = await start();
  terminal.send('e');
  await terminal.waitFor('child here');
  assert.doesNotMatch(terminal.screen, /last:/);
  terminal.send('answer\r');
  await terminal.waitFor('last: e.');
  assert.deepEqual(terminal.leftovers, [
    'alternate screen',
    'hidden cursor',
    'bracketed paste',
    'focus reports',
  ]);
  terminal.send('j');
  await terminal.waitFor('last: j.');
});

test('a console that is ended takes the child in its terminal along', async () => {
  await using terminal = await start();
  terminal.send('e');
  await terminal.waitFor('child here');
  terminal.kill('SIGTERM');
  assert.equal((await terminal.exit).code, 143);
  assert.deepEqual(terminal.leftovers, []);
});
