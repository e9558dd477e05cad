/**
 * The key of a key file from its pass-phrase: Argon2id, version 1.3 (RFC 9106). The package is
 * native code and loaded when it is needed, on the main thread.
 */
import { copySecret } from '../../shared/secret-bytes.ts';

export interface PassphraseCosts {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

const version13 = 0x13;

/** 32 bytes for the caller to zero. The pass-phrase stays the caller's. */
export async function passphraseKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { memoryKib, passes, lanes }: PassphraseCosts,
): Promise<Uint8Array<ArrayBuffer>> {
  const { argon2id, hash } = await import('argon2');
  const password = copySecret(passphrase);
  try {
    const tag = await hash(unpooled(password), {
      raw: true,
      type: argon2id,
      version: version13,
      salt: Buffer.from(salt),
      memoryCost: memoryKib,
      timeCost: passes,
      parallelism: lanes,
      hashLength: 32,
    });
    const key = copySecret(tag);
    tag.fill(0);
    return key;
  } finally {
    password.fill(0);
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
