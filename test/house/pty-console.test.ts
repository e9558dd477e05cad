import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { PtyConsole, type PtyOptions } from '../support/pty-console.ts';

function runScript(script: string, options: Partial<PtyOptions> = {}): PtyConsole {
  return new PtyConsole({ file: process.execPath, arguments: ['--eval', script], ...options });
}

/** Shows each chunk of input as JSON on a line of its own, until `q`. */
const echo = `
  process.stdin.setRawMode(true);
  process.stdin.on('data', (bytes) => {
    if (String(bytes) === 'q') process.exit(7);
    console.log(JSON.stringify(String(bytes)));
  });
  process.on('SIGWINCH', () => undefined);
  process.stdout.on('resize', () => console.log(process.stdout.columns + 'x' + process.stdout.rows));
  console.log('ready', process.stdin.isTTY, process.stdout.isTTY);
`;

test('what is typed reaches the program, and what it writes the screen', async () => {
  await using terminal = runScript(echo);
  await terminal.waitFor('ready true true');
  terminal.send('jj\r');
  await terminal.waitFor(String.raw`"jj\r"`);
  terminal.resize(60, 16);
  await terminal.waitFor('60x16');
  assert.equal(terminal.screen.split('\n').length < 17, true);
  terminal.send('q');
  assert.deepEqual(await terminal.ended(), { code: 7, signal: 0 });
  assert.match(terminal.raw, /ready/);
});

test('the screen answers what a terminal is asked', async () => {
  await using terminal = runScript(`
    process.stdin.setRawMode(true);
    process.stdin.once('data', (bytes) => { console.log(JSON.stringify(String(bytes))); process.exit(); });
    process.stdout.write('\x1b[6n');
  `);
  await terminal.ended();
  assert.equal(terminal.screen, String.raw`"\u001b[1;1R"`);
});

test('a wait that is in vain shows the screen, and ends with the program', async () => {
  await using terminal = runScript('console.log("only this"); process.exit();');
  await assert.rejects(terminal.waitFor('something else'), /has ended.*only this/s);
  await using other = runScript(echo);
  await other.waitFor('ready');
  await assert.rejects(other.waitFor('something else', 50), /not within 50 ms.*ready/s);
});

test('what a program leaves switched on is told', async () => {
  const on = ['?1049h', '?25l', '?2004h', '?1002h', '?1004h', '?1h'].map((one) => `\x1b[${one}`);
  await using terminal = runScript(`process.stdout.write('${on.join('')}'); ${echo}`);
  await terminal.waitFor('ready');
  assert.deepEqual(terminal.leftovers, [
    'alternate screen',
    'hidden cursor',
    'bracketed paste',
    'mouse reports',
    'focus reports',
    'application cursor keys',
  ]);
  terminal.kill('SIGKILL');
  assert.deepEqual(await terminal.ended(), { code: 0, signal: constants.signals.SIGKILL });
  await using clean = runScript('process.stdout.write("\x1b[?1049h\x1b[?25l\x1b[?25h\x1b[?1049l")');
  await clean.ended();
  assert.deepEqual(clean.leftovers, []);
});

test('a terminal that is paused takes nothing, and everything afterwards', async () => {
  await using terminal = runScript(`
    let count = 0;
    setInterval(() => process.stdout.write('#' + (count += 1) + '#' + 'x'.repeat(2_000) + '\\r\\n'), 1);
  `);
  await terminal.waitFor(/#\d+#/);
  terminal.pause();
  const before = terminal.raw.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(terminal.raw.length - before < 200_000, 'what was on its way, and no more');
  const last = Math.max(
    ...[...terminal.raw.matchAll(/#(\d+)#/g)].map(([, number]) => Number(number)),
  );
  terminal.resume();
  await terminal.waitUntil(
    () => terminal.raw.includes(`#${last + 2}#`),
    'what was held back comes',
  );
});

test('the environment is that of a login, and no developer setting gets in', async () => {
  process.env['STRONGBOX_ADDR'] = 'somewhere';
  process.env['CI'] = '';
  const script =
    'console.log(JSON.stringify([process.env.CI, process.env.STRONGBOX_ADDR, process.env.OWN, process.env.TERM]))';
  await using terminal = runScript(script, { environment: { OWN: 'yes', HOME: undefined } });
  await terminal.ended();
  assert.match(terminal.screen, /\[null,null,"yes","xterm-256color"\]/);
  delete process.env['STRONGBOX_ADDR'];
  delete process.env['CI'];
});
