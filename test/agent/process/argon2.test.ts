import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { Argon2PasswordHash } from '../../../agent/process/argon2.ts';
import { SlowJobs } from '../../../agent/process/slow-jobs.ts';

const hashes = new Argon2PasswordHash(new SlowJobs());
const filled = (count: number, value: number): Uint8Array => new Uint8Array(count).fill(value);
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

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

test('Argon2id gives the tag of RFC 9106 section 5.3', async () => {
  const tag = await hashes.argon2id(published);
  assert.equal(toHex(tag), '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
  assert.deepEqual(published.password, filled(32, 1), 'the password stays the caller’s');
});

test('every input changes the tag', async () => {
  const tags = await Promise.all(
    [
      published,
      { ...published, password: filled(31, 1) },
      { ...published, password: new Uint8Array() },
      { ...published, salt: filled(16, 3) },
      { ...published, secret: filled(8, 4) },
      { ...published, associatedData: filled(12, 5) },
      { ...published, memoryKib: 64 },
      { ...published, passes: 4 },
      { ...published, lanes: 2 },
    ].map((request) => hashes.argon2id(request)),
  );
  assert.equal(new Set(tags.map(toHex)).size, tags.length);
});

test('impossible costs are assertions', async () => {
  await assert.rejects(hashes.argon2id({ ...published, salt: filled(7, 2) }), /8 bytes/);
  await assert.rejects(hashes.argon2id({ ...published, memoryKib: 31 }), /8 KiB/);
  await assert.rejects(hashes.argon2id({ ...published, passes: 0 }), /pass/);
  await assert.rejects(hashes.argon2id({ ...published, tagBytes: 3 }), /4 bytes/);
});

test('a worker thread cannot load it', async () => {
  const file = new URL('../../../agent/process/argon2.ts', import.meta.url);
  const worker = new Worker(`import(${JSON.stringify(file.href)})`, { eval: true });
  const error = await new Promise((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', () => resolve(undefined));
  });
  assert.match(String(error), /main thread only/);
});
