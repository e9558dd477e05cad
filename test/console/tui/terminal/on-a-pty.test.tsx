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

test('a console that somebody else stops is drawn anew when it wakes, and takes single keys', async () => {
  await using terminal = new PtyConsole({ file: 'sh', arguments: ['-i'] });
  terminal.send(`'${process.execPath}' '${fixture}'\r`);
  await untilListening(terminal);
  terminal.send('s');
  await terminal.waitFor('Stopped');
  // A shell with line editing puts the mode back itself; this one leaves the raw one.
  terminal.send('stty sane; echo between; fg\n');
  await terminal.waitUntil(
    (screen) => screen.startsWith('last: s.') && !/Stopped|between/.test(screen),
    'the screen of the console alone',
  );
  terminal.send('j');
  await terminal.waitFor('last: j.');
  assert.doesNotMatch(terminal.screen.slice('last: j.'.length), /j/, 'nothing is echoed');
  terminal.send('q');
  await terminal.waitUntil(() => terminal.leftovers.length === 0, 'the shell has the terminal');
  terminal.send('exit\r');
  await terminal.exit;
});

test('a window that is narrow for a moment is drawn whole once it stands still', async () => {
  await using terminal = await startFixture({ FIXTURE_FULL: 'yes' });
  terminal.resize(140, 40);
  await terminal.waitFor('n'.repeat(140));
  terminal.resizeUnheard(60, 24);
  terminal.send('z');
  await terminal.waitFor('z'.repeat(60));
  terminal.resize(60, 24);
  terminal.resize(140, 40);
  const whole = ['last: z.', ...Array.from({ length: 38 }, () => 'z'.repeat(140))].join('\n');
  await terminal.waitUntil((screen) => screen === whole, 'the frame of this size alone');
});

test('drawing anew twice at once draws once, and ends nothing', async () => {
  await using terminal = await startFixture();
  terminal.send('\f\f');
  await terminal.waitFor('last: C-l.');
  terminal.send('j');
  await terminal.waitFor('last: j.');
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
