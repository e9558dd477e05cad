/** Argon2id by the `argon2` package (the reference implementation), on libuv's threads. */
import { isMainThread } from 'node:worker_threads';

import { argon2id, hash } from 'argon2';

import { assert } from '../../shared/assert.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import type { Argon2idRequest, PasswordHash } from '../../src/ports/password-hash.ts';
import type { SlowJobs } from './slow-jobs.ts';

// A worker that ends while native code runs takes the process, and its keys, down with a core dump.
assert(isMainThread, 'native add-ons are loaded on the main thread only');

const version13 = 0x13;

/** The hash port; every hash waits its turn among the slow jobs. */
export class Argon2PasswordHash implements PasswordHash {
  readonly #slowJobs: SlowJobs;

  constructor(slowJobs: SlowJobs) {
    this.#slowJobs = slowJobs;
  }

  async argon2id(request: Argon2idRequest): Promise<Uint8Array<ArrayBuffer>> {
    assertCosts(request);
    return this.#slowJobs.run(() => compute(request));
  }
}

async function compute(request: Argon2idRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { secret, associatedData } = request;
  const password = copySecret(request.password);
  const pepper = secret && copySecret(secret);
  try {
    const tag = await hash(unpooled(password), {
      raw: true,
      type: argon2id,
      version: version13,
      salt: Buffer.from(request.salt),
      memoryCost: request.memoryKib,
      timeCost: request.passes,
      parallelism: request.lanes,
      hashLength: request.tagBytes,
      ...(pepper === undefined ? {} : { secret: Buffer.from(pepper.buffer) }),
      ...(associatedData === undefined ? {} : { associatedData: Buffer.from(associatedData) }),
    });
    return Uint8Array.from(tag);
  } finally {
    password.fill(0);
    pepper?.fill(0);
  }
}

/**
 * The package copies a password with `Buffer.from`, into Node's pool, where nobody can zero it. Of
 * an ArrayBuffer that makes a view instead, so the password stays in our own bytes.
 */
function unpooled(password: Uint8Array<ArrayBuffer>): Buffer {
  const memory: unknown = password.buffer;
  return memory as Buffer;
}

function assertCosts(request: Argon2idRequest): void {
  const { salt, memoryKib, passes, lanes, tagBytes } = request;
  assert(salt.length >= 8, 'a salt has at least 8 bytes');
  assert(Number.isInteger(lanes) && lanes >= 1, 'there is a lane');
  assert(Number.isInteger(memoryKib) && memoryKib >= 8 * lanes, 'each lane has 8 KiB');
  assert(Number.isInteger(passes) && passes >= 1, 'there is a pass');
  assert(Number.isInteger(tagBytes) && tagBytes >= 4, 'a tag has at least 4 bytes');
}
