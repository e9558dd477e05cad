/** Pass-phrases, tokens, and the ends that nobody chose, at a real terminal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EntryRun, isGone } from './entry-run.ts';

const fresh = { kind: 'passphrase', purpose: 'New pass-phrase', isNew: true } as const;

function assertRestored({ terminal }: EntryRun): void {
  assert.match(terminal.screen, /[^-]icanon/u);
  assert.match(terminal.screen, /[^-]echo /u);
  assert.deepEqual(terminal.leftovers, []);
}

test('a new pass-phrase is typed twice; blanks count, and nothing of it shows', async () => {
  await using run = new EntryRun({ job: fresh });
  await run.terminal.waitFor('New pass-phrase');
  run.terminal.send('\r');
  await run.terminal.waitFor('nothing was entered yet');
  run.terminal.send('canary bird\r');
  await run.terminal.waitFor('Type it again.');
  run.terminal.send('canarybird\r');
  await run.terminal.waitFor('the two differ');
  run.terminal.send('canary bird\r');
  await run.terminal.waitFor('Type it again.');
  run.terminal.send('canary bird\r');
  assert.deepEqual(await run.outcome(), { outcome: 'done', passphrase: 'canary bird' });
  assert.equal(/canary|bird/u.test(run.terminal.raw), false);
  assertRestored(run);
});

test('a token is masked and handed over', async () => {
  await using run = new EntryRun({ job: { kind: 'token', purpose: 'Token for login' } });
  await run.terminal.waitFor('Token for login');
  run.terminal.send('\u001b[200~hvs.CANARYcanary\n\u001b[201~');
  await run.terminal.waitFor('16 characters');
  run.terminal.send('\r');
  assert.deepEqual(await run.outcome(), { outcome: 'done', token: 'hvs.CANARYcanary' });
  assert.equal(/CANARY/u.test(run.terminal.raw), false);
  assertRestored(run);
});

test('letters outside of ASCII and too many are said, not dropped in silence', async () => {
  await using run = new EntryRun({ job: { ...fresh, isNew: false } });
  await run.terminal.waitFor('New pass-phrase');
  run.terminal.send('é');
  await run.terminal.waitFor('only ASCII characters are taken');
  run.terminal.send(`\u001b[200~${'x'.repeat(513)}\u001b[201~`);
  await run.terminal.waitFor('paste refused: no more than 512 characters fit');
  await run.terminal.waitFor(' 0 characters');
});

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
  test(`after ${signal} the terminal is as it was, and what was typed is off it`, async () => {
    await using run = new EntryRun({ job: fresh });
    await run.terminal.waitFor('New pass-phrase');
    run.terminal.send('half');
    await run.terminal.waitFor('4 characters');
    process.kill(run.programPid, signal);
    assert.equal((await run.outcome())['failed'], 'entry.program-failed');
    assertRestored(run);
  });
}

test('a console that is gone ends the entry, and the terminal is put back', async () => {
  // The shell is at its prompt before the program has put the terminal back: what it wrote at once
  // would be on the screen that the program wipes.
  await using run = new EntryRun({ job: fresh }, { isHeld: true });
  await run.terminal.waitFor('New pass-phrase');
  const { programPid } = run;
  process.kill(run.driverPid, 'SIGKILL');
  await run.terminal.waitUntil(() => isGone(programPid), 'the program has ended');
  run.terminal.send('\r');
  await run.terminal.waitFor('the-end');
  assertRestored(run);
  await run.terminal.exit;
});

test('the program runs without core dumps, debugger and foreign settings', async () => {
  const environment = { NODE_OPTIONS: '--no-warnings', STRONGBOX_TOKEN: 'hvs.CANARY' };
  await using run = new EntryRun({ job: fresh }, { environment });
  await run.terminal.waitFor('New pass-phrase');
  const read = (name: string): string =>
    readFileSync(`/proc/${run.programPid}/${name}`, 'latin1').replaceAll('\0', ' ');
  assert.match(read('limits'), /Max core file size +0 +0/u);
  assert.match(read('cmdline'), /--disable-sigusr1/u);
  assert.equal(/NODE_OPTIONS|STRONGBOX/u.test(read('environ')), false);
  run.terminal.send('\u0003');
  await run.outcome();
});

test('nobody being there wipes what was typed', async () => {
  const program = fileURLToPath(new URL('hasty-program.ts', import.meta.url));
  await using run = new EntryRun({ job: fresh, program });
  await run.terminal.waitFor('New pass-phrase');
  run.terminal.send('half of it');
  await run.terminal.waitFor('wiped: nobody typed for a minute');
  await run.terminal.waitFor(' 0 characters');
  run.terminal.send('\u001b');
  assert.deepEqual(await run.outcome(), { outcome: 'cancelled', reason: 'escape' });
});

test('the console ends the entry with its signal', async () => {
  await using run = new EntryRun({ job: fresh });
  await run.terminal.waitFor('New pass-phrase');
  process.kill(run.driverPid, 'SIGUSR2');
  assert.deepEqual(await run.outcome(), { outcome: 'cancelled', reason: 'ended' });
  assertRestored(run);
});

test('without a terminal the job is refused with what to do instead', () => {
  const launch = fileURLToPath(new URL('../../../console/secret-entry/launch.ts', import.meta.url));
  const program = `
    const { runSecretEntry } = await import(${JSON.stringify(launch)});
    const job = { kind: 'token', purpose: 'Token' };
    console.log(await runSecretEntry(job).catch((error) => error.code));
  `;
  const words = ['--input-type=module', '--eval', program];
  // A session of its own has no controlling terminal.
  const { stdout } = spawnSync('setsid', ['--wait', process.execPath, ...words]);
  assert.equal(stdout.toString().trim(), 'entry.no-terminal');
});
