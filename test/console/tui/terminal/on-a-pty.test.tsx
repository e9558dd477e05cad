import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PtyConsole } from '../../../support/pty-console.ts';
import { fixture, startFixture, untilListening } from './start-fixture.ts';

test('an empty CI and NO_COLOR change nothing about being drawn', async () => {
  await using terminal = await startFixture({ CI: '', NO_COLOR: '1' });
  terminal.send('jk');
  await terminal.waitFor('last: k.');
});

test('a paste that never ends leaves the keys working', async () => {
  await using terminal = await startFixture();
  terminal.send('\u001b[200~half a paste');
  await terminal.waitFor('"reason":"unterminated"');
  terminal.send('q\u001b[201~j');
  await terminal.waitFor('last: j.');
});

test('the start of the frame is the upper left corner, and Esc is a key at once', async () => {
  await using terminal = await startFixture();
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
  await using terminal = await startFixture();
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
