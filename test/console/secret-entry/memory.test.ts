/** What the program still knows of a share when it has sent it: nothing (terminal.md, 5.6). */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CeremonyKey } from '../../../agent/seal/ceremony-key.ts';
import { SystemRandom } from '../../../agent/runtime/random.ts';
import { decodeShare } from '../../../shared/share/share.ts';
import { memoryScanObstacle, scanMemory } from '../../support/memory-scan.ts';
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
    while (!existsSync(finished)) await delay(10);
    const found = scanMemory(run.programPid, needles());
    assert.deepEqual(
      found,
      needles().map(() => 0),
    );
    process.kill(run.programPid, 'SIGKILL');
    assert.equal((await run.outcome())['outcome'], 'done');
  });
}
