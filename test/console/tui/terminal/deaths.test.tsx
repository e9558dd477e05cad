import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PtyConsole } from '../../../support/pty-console.ts';
import { fixture, startFixture, untilListening } from './start-fixture.ts';

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
    how: 'a throw while drawing',
    act: (terminal: PtyConsole) => terminal.send('b'),
    code: 1,
    said: /^before\nended: Error: cannot be drawn/,
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
    await using terminal = await startFixture();
    act(terminal);
    assert.equal((await terminal.exit).code, code);
    assert.deepEqual(terminal.leftovers, []);
    assert.match(terminal.screen, said);
  });
}

test('SIGUSR1 opens no debugger: the process holds a token', async () => {
  await using terminal = await startFixture();
  terminal.kill('SIGUSR1');
  // The runtime would answer the signal from a thread of its own: each drawn key gives it time.
  for (const key of 'uvwyz') {
    terminal.send(key);
    await terminal.waitFor(`last: ${key}.`);
  }
  terminal.send('q');
  assert.equal((await terminal.exit).code, 0);
  assert.doesNotMatch(terminal.raw, /Debugger/);
});

test('a console that is ended takes the child in its terminal along', async () => {
  await using terminal = await startFixture();
  terminal.send('e');
  await terminal.waitFor('child here');
  terminal.kill('SIGTERM');
  assert.equal((await terminal.exit).code, 143);
  assert.deepEqual(terminal.leftovers, []);
});

test('what is printed after the console, its last words first, follows what was there before', async () => {
  const command = `echo before; '${process.execPath}' '${fixture}'; echo after`;
  await using terminal = new PtyConsole({ file: 'sh', arguments: ['-c', command] });
  await untilListening(terminal);
  terminal.send('t');
  await terminal.exit;
  assert.equal(terminal.screen, 'before\nended: Error: thrown on purpose\nafter');
});
