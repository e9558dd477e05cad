/** What the program still knows of a share when it has sent it: nothing. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CeremonyKey } from '../../../agent/seal/ceremony-key.ts';
import { SystemRandom } from '../../../agent/runtime/random.ts';
import { decodeShare } from '../../../shared/share/share.ts';
import { memoryScanObstacle, scanMemory } from '../../support/memory-scan.ts';
import { waitFor } from '../../support/wait-for.ts';
import { TemporaryFolder } from '../run-cli.ts';
import { EntryRun, setId, shareText } from './entry-run.ts';

const program = fileURLToPath(new URL('holding-program.ts', import.meta.url));
const ceremony = {
  ceremony: 'unseal',
  nonce: 'n-1',
  publicKey: new CeremonyKey(new SystemRandom()).publicKey,
  setId,
  threshold: 2,
  count: 3,
} as const;
const job = { kind: 'enter-share', cluster: 'c', holder: 'bob', ceremony } as const;
const share = shareText(2);
const entries: readonly (readonly [how: string, keys: readonly string[]])[] = [
  ['typed', [...share]],
  ['typed in one burst', [share]],
  ['pasted', [`\u001b[200~${share}\r\u001b[201~`]],
];

/** The text without what every share of the set has, both its ends, and what it stands for. */
function needles(): readonly Uint8Array[] {
  const secret = Uint8Array.from(decodeShare(Buffer.from(share)).secret);
  return [
    Buffer.from(share.slice(24)),
    Buffer.from(share.slice(24, 48)),
    Buffer.from(share.slice(-24)),
    // The same as a two-byte string.
    Buffer.from(share.slice(30, 50), 'utf16le'),
    secret,
    secret.subarray(8, 24),
  ];
}

for (const [how, keys] of entries) {
  test(`a share that was ${how} is nowhere in memory once it is sent`, {
    skip: memoryScanObstacle() ?? false,
  }, async () => {
    using folder = new TemporaryFolder();
    const finished = join(folder.path, 'finished');
    await using run = new EntryRun({ job, program }, { environment: { SSH_TTY: finished } });
    await run.terminal.waitFor('Share of bob');
    for (const key of keys) run.terminal.send(key);
    await run.terminal.waitFor('81 characters');
    run.terminal.send('\r');
    await run.terminal.waitFor('checksum ✓');
    const held = scanMemory(run.programPid, needles());
    assert.ok((held[0] ?? 0) >= 1, 'while it is entered the scan finds it');
    run.terminal.send('s');
    await waitFor('the share to be sent', () => existsSync(finished));
    const found = scanMemory(run.programPid, needles());
    assert.deepEqual(
      found,
      needles().map(() => 0),
    );
    process.kill(run.programPid, 'SIGKILL');
    assert.equal((await run.outcome())['outcome'], 'done');
  });
}

test('a share that was shown and proved is nowhere in memory while the next is shown', {
  skip: memoryScanObstacle() ?? false,
}, async () => {
  const shares = [shareText(1, 2), shareText(2, 2)];
  const details = { cluster: 'c', shares: 2, threshold: 2 };
  const task = { job: { kind: 'show-shares', ...details }, shares, token: 'sbs.token' } as const;
  await using run = new EntryRun(task);
  await run.terminal.waitFor('Make the key');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter show it now');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter it is written down');
  const [first = '', second = ''] = shares;
  const texts = [first.slice(40, 64), second.slice(40, 64)].map((text) => Buffer.from(text));
  assert.ok((scanMemory(run.programPid, texts)[0] ?? 0) >= 1, 'the scan finds what is shown');
  run.terminal.send('\r');
  for (let asked = 0; asked < 3; asked += 1) {
    await run.terminal.waitFor(/group \d+ {2} {2}0 characters/u);
    const group = Number(/group (\d+) {2}/u.exec(run.terminal.screen)?.[1]);
    run.terminal.send(first.slice((group - 1) * 4, group * 4));
    await run.terminal.waitFor('4 characters');
    run.terminal.send('\r');
    await run.terminal.waitUntil(
      (screen) => !screen.includes(`group ${group} `),
      'the answer is taken',
    );
  }
  await run.terminal.waitFor('Share 2 of 2');
  run.terminal.send('\r');
  await run.terminal.waitFor('Enter it is written down');
  const [gone, shown = 0] = scanMemory(run.programPid, texts);
  assert.equal(gone, 0);
  assert.ok(shown >= 1);
});
