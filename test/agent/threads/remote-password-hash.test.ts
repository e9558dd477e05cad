/** Password hashes that another thread makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slowJobsRunningMax, slowJobsWaitingMax } from '../../../agent/limits.ts';
import { Argon2PasswordHash } from '../../../agent/process/argon2.ts';
import { servePasswordHash } from '../../../agent/process/password-server.ts';
import { SlowJobs } from '../../../agent/process/slow-jobs.ts';
import { RemotePasswordHash } from '../../../agent/threads/remote-password-hash.ts';
import type { Argon2idRequest, PasswordHash } from '../../../src/ports/password-hash.ts';
import { failure, isFailure } from '../../../shared/errors/failure.ts';

const filled = (count: number, value: number): Uint8Array => new Uint8Array(count).fill(value);

/** RFC 9106, section 5.3. */
const published = {
  password: filled(32, 1),
  salt: filled(16, 2),
  secret: filled(8, 3),
  associatedData: filled(12, 4),
  memoryKib: 32,
  passes: 3,
  lanes: 4,
  tagBytes: 32,
};

/** The test lives by what it waits for, not by the port. */
async function awaited<Value>(promise: Promise<Value>): Promise<Value> {
  const alive = setInterval(() => undefined, 1_000);
  return promise.finally(() => clearInterval(alive));
}

test('a hash of another thread is that of RFC 9106, and what went in stays the caller’s', async () => {
  const port = servePasswordHash(new Argon2PasswordHash(new SlowJobs()));
  const tag = await awaited(new RemotePasswordHash(port).argon2id(published));
  assert.equal(
    Buffer.from(tag).toString('hex'),
    '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
  );
  assert.deepEqual(published.password, filled(32, 1));
  assert.deepEqual(published.secret, filled(8, 3));
  port.close();
});

test('what was handed over is zeroed when the hash is made, also where it fails', async () => {
  for (const isRefused of [false, true]) {
    const seen: Argon2idRequest[] = [];
    const hash: PasswordHash = {
      async argon2id(request) {
        seen.push(request);
        assert.deepEqual(request.password, filled(32, 1));
        if (isRefused) throw failure('runtime.overloaded');
        return new Uint8Array(32);
      },
    };
    const port = servePasswordHash(hash);
    const hashing = awaited(new RemotePasswordHash(port).argon2id(published));
    if (isRefused) {
      await assert.rejects(hashing, (error) => isFailure(error, 'runtime.overloaded'));
    } else await hashing;
    assert.deepEqual(seen[0]?.password, filled(32, 0));
    assert.deepEqual(seen[0]?.secret, filled(8, 0));
    port.close();
  }
});

test('so many hashes wait for another thread, and no more', async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const port = servePasswordHash({ argon2id: () => promise.then((tag) => tag.slice()) });
  const remote = new RemotePasswordHash(port);
  const waiting = Array.from({ length: slowJobsRunningMax + slowJobsWaitingMax }, () =>
    remote.argon2id(published),
  );
  await assert.rejects(remote.argon2id(published), (error) =>
    isFailure(error, 'runtime.overloaded'),
  );
  resolve(new Uint8Array(32));
  assert.equal((await awaited(Promise.all(waiting))).length, waiting.length);
  port.close();
});
