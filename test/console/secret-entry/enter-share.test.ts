/** Entering a share at a real terminal: what it shows, what it refuses, and what it hands over. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { CeremonyKey } from '../../../agent/seal/ceremony-key.ts';
import { SystemRandom } from '../../../agent/runtime/random.ts';
import type { EntryCeremony } from '../../../console/secret-entry/protocol.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import { waitFor } from '../../support/wait-for.ts';
import { EntryRun, setId, shareText } from './entry-run.ts';

const key = new CeremonyKey(new SystemRandom());
const ceremony: EntryCeremony = {
  ceremony: 'unseal',
  nonce: 'n-1',
  publicKey: key.publicKey,
  setId,
  threshold: 2,
  count: 3,
};
const job = { kind: 'enter-share', cluster: 'prod-eu1', holder: 'bob', ceremony } as const;
const pasteBegin = '\u001b[200~';
const pasteEnd = '\u001b[201~';

function openBox(box: unknown): string {
  const binding = { ceremony: 'unseal', nonce: 'n-1', plan: '', holder: 'bob' };
  return Buffer.from(key.open(box as SealedShareBox, binding)).toString('latin1');
}

/** The terminal is as a shell left it, and its pty never carried the share. */
function assertClean({ terminal }: EntryRun, share: string): void {
  assert.match(terminal.screen, /[^-]icanon/u);
  assert.match(terminal.screen, /[^-]echo /u);
  assert.deepEqual(terminal.leftovers, []);
  for (let at = 4; at + 8 <= share.length; at += 1) {
    assert.equal(terminal.raw.includes(share.slice(at, at + 8)), false, 'a part of the share');
  }
}

for (const size of [
  { columns: 60, rows: 16 },
  { columns: 200, rows: 60 },
]) {
  test(`a share typed at ${size.columns}×${size.rows} is checked, and sent by s alone`, async () => {
    await using run = new EntryRun({ job }, size);
    const share = shareText(2);
    await run.terminal.waitFor('Share of bob');
    await run.terminal.waitFor(`set ${setId}   2 of 3 are needed`);
    for (const character of share) run.terminal.send(character);
    await run.terminal.waitFor('81 characters');
    run.terminal.send('\r');
    await run.terminal.waitFor(`checksum ✓  index 2  set ${setId}`);
    assert.match(run.terminal.screen, /fingerprint {2}[0-9a-f]{4}-[0-9a-f]{4}/u);
    run.terminal.send('\r'); // Enter sends nothing
    run.terminal.send('xs\u001b[O'); // nor does what comes with more
    await run.terminal.waitFor('hidden');
    run.terminal.send('\u001b[I');
    await run.terminal.waitFor('checksum ✓');
    await run.terminal.waitFor('81 characters');
    run.terminal.send('s');
    const { outcome, box } = await run.outcome();
    assert.equal(outcome, 'done');
    assert.equal(openBox(box), share);
    assertClean(run, share);
  });
}

test('a pasted share takes the same path, whatever its layout, and does not submit', async () => {
  await using run = new EntryRun({ job });
  const share = shareText(3);
  await run.terminal.waitFor('Share of bob');
  const laidOut = share.replaceAll(/(.{4})/gu, '$1 ').replace(' ', '\r');
  run.terminal.send(`${pasteBegin}${laidOut}\r\n${pasteEnd}`);
  await run.terminal.waitFor('81 characters');
  await run.terminal.waitFor('pasted, without its line end: clear your clipboard now');
  assert.equal(run.terminal.screen.includes('checksum'), false);
  run.terminal.send('\r');
  await run.terminal.waitFor('index 3');
  run.terminal.send('s');
  assert.equal(openBox((await run.outcome())['box']), share);
  assertClean(run, share);
});

test('a paste with control characters, or without its end, is refused whole', async () => {
  await using run = new EntryRun({ job });
  const share = shareText(1);
  await run.terminal.waitFor('Share of bob');
  run.terminal.send(`sbx1${pasteBegin}${share.slice(0, 40)}\u0007${share.slice(40)}${pasteEnd}`);
  await run.terminal.waitFor('paste refused');
  await run.terminal.waitFor('4 characters');
  run.terminal.send(`${pasteBegin}${share}`);
  await run.terminal.waitUntil((screen) => !screen.includes('refused'), 'the paste is running');
  await run.terminal.waitFor('paste refused');
  await run.terminal.waitFor('4 characters');
  run.terminal.send('\u0015');
  await run.terminal.waitFor(' 0 characters');
  run.terminal.send('\u001b');
  assert.deepEqual(await run.outcome(), { outcome: 'cancelled', reason: 'escape' });
  assertClean(run, share);
});

test('what is mistyped, of another set or no share is said before anything is sent', async () => {
  await using run = new EntryRun({
    job: { ...job, ceremony: { ...ceremony, setId: '0011223344556677' } },
  });
  const share = shareText(1);
  await run.terminal.waitFor('Share of bob');
  run.terminal.send('hello\r');
  await run.terminal.waitFor('✗ the share is malformed');
  run.terminal.send('\u0015');
  run.terminal.send(`${share.slice(0, -1)}${share.endsWith('q') ? 'p' : 'q'}\r`);
  await run.terminal.waitFor('✗ the checksum of the share does not fit');
  run.terminal.send('\u0015');
  run.terminal.send(`${share}\r`);
  await run.terminal.waitFor(`✗ the share is of the set ${setId}`);
  run.terminal.send('s');
  await run.terminal.waitFor('82 characters');
  run.terminal.send('\u0003');
  assert.deepEqual(await run.outcome(), { outcome: 'cancelled', reason: 'interrupted' });
  assertClean(run, share);
});

test('shares as Vault writes them are taken, and said to have no checksum', async () => {
  const raw = Buffer.from(Uint8Array.from({ length: 33 }, (_, at) => (at * 7 + 3) & 0xff));
  raw[32] = 2;
  for (const share of [raw.toString('hex'), raw.toString('base64')]) {
    await using run = new EntryRun({ job });
    await run.terminal.waitFor('Share of bob');
    run.terminal.send(`${share}\r`);
    await run.terminal.waitFor('no checksum in this form  index 2');
    run.terminal.send('s');
    assert.equal(openBox((await run.outcome())['box']), share);
    assertClean(run, share);
  }
});

test('while the terminal is out of focus nothing of the entry shows', async () => {
  await using run = new EntryRun({ job });
  await run.terminal.waitFor('Share of bob');
  run.terminal.send('sbx1');
  await run.terminal.waitFor('••••  4 characters');
  run.terminal.send('\u001b[O');
  await run.terminal.waitFor('hidden: the terminal is not in focus');
  assert.equal(run.terminal.screen.includes('•'), false);
  run.terminal.send('\u001b[I');
  await run.terminal.waitFor('••••  4 characters');
  run.terminal.send('\u001b');
  await run.outcome();
});

test('a terminal that may be recorded is said to be, and another is not', async () => {
  await using plain = new EntryRun({ job });
  await plain.terminal.waitFor('Share of bob');
  assert.equal(plain.terminal.screen.includes('recorded'), false);
  await using run = new EntryRun({ job }, { environment: { SSH_TTY: '/dev/pts/9', TMUX: 'x' } });
  await run.terminal.waitFor('! this terminal may be recorded (tmux, SSH)');
});

test('a key of the ceremony that is none is refused, not sealed to', async () => {
  const bad = { ...job, ceremony: { ...ceremony, publicKey: 'AAAA' } };
  await using run = new EntryRun({ job: bad });
  await run.terminal.waitFor('Share of bob');
  run.terminal.send(`${shareText(1)}\r`);
  await run.terminal.waitFor('checksum ✓');
  run.terminal.send('s');
  assert.equal((await run.outcome())['failed'], 'entry.key-unusable');
  assertClean(run, shareText(1));
});

test('a program that was stopped and woken hides what is typed, as before', async () => {
  await using run = new EntryRun({ job });
  const share = shareText(3);
  await run.terminal.waitFor('Share of bob');
  const pid = run.programPid;
  process.kill(pid, 'SIGSTOP');
  await waitFor('the stop', () => stateOf(pid) === 'T');
  // What a shell does that has got the terminal back.
  execFileSync('stty', ['-F', readlinkSync(`/proc/${run.driverPid}/fd/0`), 'sane']);
  const drawn = run.terminal.raw.length;
  process.kill(pid, 'SIGCONT');
  await run.terminal.waitUntil(
    () => run.terminal.raw.slice(drawn).includes('Share of bob'),
    'drawn',
  );
  run.terminal.send(share);
  await run.terminal.waitFor('81 characters');
  run.terminal.send('\r');
  await run.terminal.waitFor('checksum ✓');
  run.terminal.send('s');
  const { outcome } = await run.outcome();
  assert.equal(outcome, 'done');
  assertClean(run, share);
});

function stateOf(pid: number): string | undefined {
  return /^\d+ \(.*\) (\S)/su.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
}
