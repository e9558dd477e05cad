/** The secret that the agent holds in a file until the cluster is founded: where it goes, when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Deposit } from '../../../src/core/deposit.ts';
import { CoreHarness } from '../../support/core-harness.ts';

const secret = 'the key of the authority';

/** An agent with a file, as the deposit sees it; both calls can be made to fail. */
class File implements Deposit {
  there = true;
  failing = false;
  secret = secret;
  readonly given: Uint8Array[] = [];
  readonly handed: string[] = [];

  take(): Uint8Array | undefined {
    if (!this.there) return undefined;
    const bytes = Buffer.from(this.secret);
    this.given.push(bytes);
    return bytes;
  }

  stored(): void {
    if (this.failing) throw new Error('EROFS: read-only file system');
    this.there = false;
  }

  async unsealed(bytes: Uint8Array): Promise<void> {
    if (this.failing) throw new Error('ENOSPC: no space left on device');
    this.given.push(bytes);
    this.handed.push(Buffer.from(bytes).toString());
  }
}

async function founded(file: File): Promise<CoreHarness> {
  const harness = new CoreHarness({}, undefined, file);
  await harness.start();
  await harness.initialise();
  return harness;
}

test('it goes into the founding commit, sealed, and comes back with each unseal', async () => {
  const file = new File();
  const harness = await founded(file);
  assert.equal(file.there, false);
  assert.equal(harness.storedText().includes(secret), false);
  await harness.unseal();
  assert.deepEqual(file.handed, [secret]);
  await harness.call('write', 'sys/seal');
  await harness.unseal();
  assert.deepEqual(file.handed, [secret, secret]);
  for (const bytes of file.given) assert.deepEqual(new Set(bytes), new Set([0]), 'zeroed');
});

test('a file that cannot be removed keeps nobody from the shares, and goes at an unseal', async () => {
  const file = new File();
  file.failing = true;
  const harness = await founded(file);
  assert.equal(harness.shares.length, 3);
  assert.equal(file.there, true);
  file.failing = false;
  await harness.unseal();
  assert.equal(file.there, false);
});

test('what fails with it keeps nobody from unsealing, and is in the log without its words', async () => {
  const file = new File();
  const harness = await founded(file);
  file.failing = true;
  await harness.unseal();
  assert.equal((await harness.call('read', 'sys/mounts')).status, 200);
  const warned = JSON.stringify(harness.logs.filter(({ level }) => level === 'warn'));
  assert.match(warned, /deposit/u);
  assert.doesNotMatch(warned, /ENOSPC/u);
  assert.deepEqual(harness.fatal, []);
  file.failing = false;
  await harness.built.returnDeposit();
  assert.deepEqual(file.handed, [secret]);
});

test('a file with another secret stays: it is the only copy', async () => {
  const file = new File();
  const harness = await founded(file);
  Object.assign(file, { there: true, secret: 'of an authority that was made anew' });
  await harness.unseal();
  assert.equal(file.there, true);
  assert.deepEqual(file.handed, [secret]);
  for (const bytes of file.given) assert.deepEqual(new Set(bytes), new Set([0]), 'zeroed');
});
