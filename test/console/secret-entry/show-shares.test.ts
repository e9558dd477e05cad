/** The shares of a new cluster at a real terminal: each holder in turn proves custody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareFingerprint } from '../../../console/secret-entry/share-check.ts';
import { EntryRun, shareText } from './entry-run.ts';

const shares = [shareText(1, 2), shareText(2, 2)];
const token = 'sbs.CANARYcanaryCANARYcanary0123';
const job = { kind: 'show-shares', cluster: 'prod-eu1', shares: 2, threshold: 2 } as const;

/** The screen with the newest secret. */
let lastShown = '';

/** The groups on the screen, as a holder copies them. */
function readGroups(screen: string): string {
  const lines = screen.split('\n').filter((line) => /^ +\d+ {2}\S/u.test(line));
  return lines.map((line) => line.replace(/^ +\d+ {2}/u, '').replaceAll(' ', '')).join('');
}

/** Shows the secret, reads it from the screen and goes on to the questions. */
async function takeDown(run: EntryRun, heading: string): Promise<string> {
  await run.terminal.waitFor(heading);
  await run.terminal.waitFor('Enter show it now');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter it is written down');
  lastShown = run.terminal.screen;
  const copied = readGroups(lastShown);
  run.terminal.send('\r');
  return copied;
}

/** Answers the questions from what was copied. */
async function prove(run: EntryRun, name: string, copied: string): Promise<readonly number[]> {
  const asked: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    await run.terminal.waitUntil((screen) => {
      const group = groupAsked(screen, name);
      return group !== undefined && !asked.includes(group);
    }, 'another group is asked for');
    const group = groupAsked(run.terminal.screen, name) ?? 0;
    asked.push(group);
    run.terminal.send(copied.slice((group - 1) * 4, group * 4));
    await run.terminal.waitFor('4 characters');
    run.terminal.send('\r');
  }
  return asked;
}

function groupAsked(screen: string, name: string): number | undefined {
  if (!screen.includes(`${name}: is it written down?`)) return undefined;
  const match = /group (\d+) {2}/u.exec(screen);
  return match === null ? undefined : Number(match[1]);
}

test('each share is shown to its holder, the next only when groups of it were right', async () => {
  const environment = { TMUX: 'x', SSH_TTY: '/dev/pts/9' };
  await using run = new EntryRun({ job, shares, token }, { columns: 60, rows: 16, environment });
  await run.terminal.waitFor('Make the key of prod-eu1');
  run.terminal.send('\r');
  for (const [at, share] of shares.entries()) {
    const name = `Share ${at + 1} of 2`;
    const copied = await takeDown(run, `${name}: for its holder alone`);
    const fingerprint = /fingerprint (\S+)/u.exec(lastShown)?.[1];
    assert.match(lastShown, /^ SECRET ENTRY {2}prod-eu1/u);
    assert.match(lastShown, /may be recorded/u);
    assert.equal(copied, share);
    assert.equal(fingerprint, shareFingerprint(Buffer.from(share)));
    await run.terminal.waitFor('is it written down?');
    assert.equal(readGroups(run.terminal.screen), '', 'the share is off the screen');
    const asked = await prove(run, name, copied);
    assert.ok(
      asked.every((group) => group > 6 && group <= 20),
      'groups that no other share has',
    );
  }
  const copied = await takeDown(run, 'Root token: for the first administrator alone');
  assert.equal(copied, token);
  await prove(run, 'Root token', copied);
  assert.deepEqual(await run.outcome(), { outcome: 'done' });
  assert.deepEqual(run.terminal.leftovers, []);
});

test('a wrong group shows the share again and asks anew; Esc does so, too', async () => {
  await using run = new EntryRun({ job, shares, token });
  await run.terminal.waitFor('Make the key');
  run.terminal.send('\r');
  await takeDown(run, 'Share 1 of 2');
  await run.terminal.waitFor('is it written down?');
  run.terminal.send('zzzz\r');
  await run.terminal.waitFor('A group was not that one');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter it is written down');
  assert.equal(readGroups(run.terminal.screen), shares[0]);
  run.terminal.send('\r');
  await run.terminal.waitFor('is it written down?');
  run.terminal.send('\u001b');
  await run.terminal.waitFor('Enter show it now');
  assert.equal(run.terminal.screen.includes('Share 1 of 2'), true);
  assert.equal(run.terminal.screen.includes('was not that one'), false);
});

test('the root token goes to the console when it is chosen to log in with it', async () => {
  await using run = new EntryRun({
    job: { ...job, shares: 1 },
    shares: shares.slice(0, 1),
    token,
  });
  await run.terminal.waitFor('Make the key');
  run.terminal.send('\r');
  await prove(run, 'Share 1 of 1', await takeDown(run, 'Share 1 of 1'));
  await run.terminal.waitFor('Root token');
  run.terminal.send('l'); // it is not shown yet
  run.terminal.send('\r');
  await run.terminal.waitFor('l log in with it');
  run.terminal.send('l');
  assert.deepEqual(await run.outcome(), { outcome: 'done', token });
});

test('a terminal too small for a share shows none of it, and all of it once it is larger', async () => {
  await using run = new EntryRun({ job, shares, token });
  await run.terminal.waitFor('Make the key');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter show it now');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter it is written down');
  run.terminal.resize(59, 16);
  await run.terminal.waitFor('needs 60×16, is 59×16');
  assert.equal(readGroups(run.terminal.screen), '');
  run.terminal.resize(60, 16);
  await run.terminal.waitFor('Enter it is written down');
  assert.equal(readGroups(run.terminal.screen), shares[0]);
});

test('out of focus a share is not on the screen', async () => {
  await using run = new EntryRun({ job, shares, token });
  await run.terminal.waitFor('Make the key');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter show it now');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter it is written down');
  run.terminal.send('\u001b[O');
  await run.terminal.waitFor('hidden: the terminal is not in focus');
  assert.equal(readGroups(run.terminal.screen), '');
  run.terminal.send('\u001b[I');
  await run.terminal.waitFor('Enter it is written down');
});

test('giving up after the founding is asked about; before it, nothing is made', async () => {
  await using before = new EntryRun({ job, shares, token });
  await before.terminal.waitFor('Make the key');
  before.terminal.send('\u001b');
  assert.deepEqual(await before.outcome(), { outcome: 'cancelled', reason: 'escape' });

  await using after = new EntryRun({ job, shares, token });
  await after.terminal.waitFor('Make the key');
  after.terminal.send('\r');
  await after.terminal.waitFor('Enter show it now');
  after.terminal.send('\u0003');
  await after.terminal.waitFor('nobody can ever unseal it');
  after.terminal.send('\r');
  await after.terminal.waitFor('Enter show it now');
  after.terminal.send('\u0003');
  await after.terminal.waitFor('Ctrl-C give up');
  after.terminal.send('\u0003');
  assert.deepEqual(await after.outcome(), { outcome: 'cancelled', reason: 'interrupted' });
});

test('boxes of somebody else, and a founding that fails, are told', async () => {
  const receiver = Buffer.alloc(32, 9).toString('base64');
  await using foreign = new EntryRun({ job, shares, token, receiver });
  await foreign.terminal.waitFor('Make the key');
  foreign.terminal.send('\r');
  const told = await foreign.outcome();
  assert.equal(told['failed'], 'entry.boxes-unreadable');
  assert.match(String(told['message']), /share 1 of 2 does not open/u);

  await using refused = new EntryRun({ job, shares, token, foundFails: true });
  await refused.terminal.waitFor('Make the key');
  refused.terminal.send('\r');
  assert.equal((await refused.outcome())['failed'], 'the agent said no');
  assert.deepEqual(refused.terminal.leftovers, []);
});

test('boxes that hold something else are told, and nothing of them is shown', async () => {
  const escape = '\u001B]52;c;aGk=\u0007';
  for (const [what, founded] of [
    ['the set of shares', { shares: shares.slice(1), token }],
    ['share 1 of 2', { shares: [escape, ...shares.slice(1)], token }],
  ] as const) {
    await using run = new EntryRun({ job, ...founded });
    await run.terminal.waitFor('Make the key');
    run.terminal.send('\r');
    const told = await run.outcome();
    assert.equal(told['failed'], 'entry.boxes-unreadable');
    assert.match(String(told['message']), new RegExp(`${what} does not open`, 'u'));
    assert.ok(!run.terminal.raw.includes('52;c'), what);
  }
});
