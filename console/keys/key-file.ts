/**
 * The file of an operator's keys, format 1: JSON whose bytes are base64.
 *
 *     {
 *       "format": "strongbox/operator-key/1",
 *       "signing_key": Ed25519 public key,
 *       "box_key": X25519 public key,
 *       "kdf": { "name": "argon2id", "version": 19, "memory_kib": …, "passes": …, "lanes": …,
 *                "salt": 16 bytes },
 *       "nonce": 24 bytes,
 *       "secret": NaCl secretbox of the Ed25519 seed (32) and the X25519 secret key (32)
 *     }
 *
 * The public keys are there for those who have no pass-phrase; whoever opens the file checks that
 * they belong to the secret ones. White space around a pass-phrase does not count.
 */
import { randomBytes } from 'node:crypto';
import { openSecretBox, sealSecretBox } from '../../shared/control/secret-box.ts';
import type { OperatorKeys } from '../../shared/control/operator.ts';
import { boxNonceBytes, boxOverheadBytes } from '../../shared/control/sealed-share.ts';
import { decodeBase64, encodeBase64 } from '../../shared/encoding/base64.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/value.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import {
  keyFileLanes,
  keyFileLanesMax,
  keyFileMemoryKibibytes,
  keyFileMemoryKibibytesMax,
  keyFilePasses,
  keyFilePassesMax,
  keyFileSaltBytes,
  passphraseBytesMin,
} from './limits.ts';
import { naclPrimitives } from './nacl-primitives.ts';
import { OperatorKey } from './operator-key.ts';
import { passphraseKey, type PassphraseCosts } from './passphrase-key.ts';
import { rawKeyBytes } from './platform-keys.ts';

const format = 'strongbox/operator-key/1';
const argonVersion = 0x13;
const secretsBytes = 2 * rawKeyBytes;

/** What a file holds, its secret still sealed. */
export interface KeyFile extends OperatorKeys {
  readonly costs: PassphraseCosts;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What is chosen at random or fixed for a new file; golden files give their own. */
export interface KeyFileInputs {
  /** Ed25519 seed and X25519 secret key, 64 bytes; zeroed. */
  readonly secrets: Uint8Array;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly costs: PassphraseCosts;
}

/** Fresh keys and the usual costs. */
export function freshInputs(): KeyFileInputs {
  const secrets = secretBytes(secretsBytes);
  const random = randomBytes(secretsBytes);
  secrets.set(random);
  random.fill(0);
  return {
    secrets,
    salt: randomBytes(keyFileSaltBytes),
    nonce: randomBytes(boxNonceBytes),
    costs: { memoryKib: keyFileMemoryKibibytes, passes: keyFilePasses, lanes: keyFileLanes },
  };
}

/** The text of a new file, and its keys. Throws `operator.passphrase-short`. */
export async function makeKeyFile(
  passphrase: Uint8Array,
  { secrets, salt, nonce, costs }: KeyFileInputs,
): Promise<{ readonly text: string; readonly key: OperatorKey }> {
  const phrase = trimmed(passphrase);
  if (phrase.length < passphraseBytesMin) {
    throw failure('operator.passphrase-short', { passphraseBytesMin });
  }
  const wrapping = await passphraseKey(phrase, salt, costs);
  const sealed = sealSecretBox(naclPrimitives, { key: wrapping, nonce }, secrets);
  wrapping.fill(0);
  const key = keyOf(secrets);
  secrets.fill(0);
  return { text: textOf({ ...key.publicKeys, costs, salt, nonce, sealed }), key };
}

/** Opens a file; `file` is its name for errors. Throws `operator.passphrase-wrong`. */
export async function openKeyFile(
  { costs, salt, nonce, sealed, ...stated }: KeyFile,
  passphrase: Uint8Array,
  file: string,
): Promise<OperatorKey> {
  const wrapping = await passphraseKey(trimmed(passphrase), salt, costs);
  const secrets = openSecretBox(naclPrimitives, { key: wrapping, nonce }, sealed);
  wrapping.fill(0);
  if (secrets === undefined) throw failure('operator.passphrase-wrong', { file });
  const key = keyOf(secrets);
  secrets.fill(0);
  const { signingKey, boxKey } = key.publicKeys;
  const belong =
    Buffer.compare(signingKey, stated.signingKey) === 0 &&
    Buffer.compare(boxKey, stated.boxKey) === 0;
  if (belong) return key;
  throw malformed(file, 'its public keys are not those of its secret keys');
}

/** Reads the text of a file. Throws `operator.file-malformed`. */
export function parseKeyFile(text: Uint8Array, file: string): KeyFile {
  const whole = jsonObject(text, file);
  if (whole['format'] !== format) throw malformed(file, `its format is not ${format}`);
  const kdf = whole['kdf'];
  if (!isJsonObject(kdf) || kdf['name'] !== 'argon2id' || kdf['version'] !== argonVersion) {
    throw malformed(file, 'its kdf is not argon2id, version 19');
  }
  const bytes = (holder: JsonObject, name: string, count: number): Uint8Array =>
    bytesIn(holder[name], count) ?? reject(file, `${name} is not ${count} bytes in base64`);
  const count = (name: string, min: number, max: number): number =>
    countIn(kdf[name], min, max) ?? reject(file, `${name} is not a number from ${min} to ${max}`);
  const lanes = count('lanes', 1, keyFileLanesMax);
  return {
    signingKey: bytes(whole, 'signing_key', rawKeyBytes),
    boxKey: bytes(whole, 'box_key', rawKeyBytes),
    costs: {
      lanes,
      passes: count('passes', 1, keyFilePassesMax),
      memoryKib: count('memory_kib', 8 * lanes, keyFileMemoryKibibytesMax),
    },
    salt: bytes(kdf, 'salt', keyFileSaltBytes),
    nonce: bytes(whole, 'nonce', boxNonceBytes),
    sealed: bytes(whole, 'secret', secretsBytes + boxOverheadBytes),
  };
}

function textOf({ signingKey, boxKey, costs, salt, nonce, sealed }: KeyFile): string {
  const file = {
    format,
    signing_key: encodeBase64(signingKey),
    box_key: encodeBase64(boxKey),
    kdf: {
      name: 'argon2id',
      version: argonVersion,
      memory_kib: costs.memoryKib,
      passes: costs.passes,
      lanes: costs.lanes,
      salt: encodeBase64(salt),
    },
    nonce: encodeBase64(nonce),
    secret: encodeBase64(sealed),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function keyOf(secrets: Uint8Array): OperatorKey {
  const signing = secrets.subarray(0, rawKeyBytes);
  return new OperatorKey({ signing, box: secrets.subarray(rawKeyBytes) });
}

function jsonObject(text: Uint8Array, file: string): JsonObject {
  try {
    const value = parseJson(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
  }
  throw malformed(file, 'it is no JSON object');
}

function bytesIn(value: unknown, count: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > Math.ceil(count / 3) * 4) return undefined;
  try {
    const bytes = decodeBase64(value);
    return bytes.length === count ? bytes : undefined;
  } catch (error) {
    if (error instanceof StrongBoxError) return undefined;
    throw error;
  }
}

function countIn(value: unknown, min: number, max: number): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return value >= min && value <= max ? value : undefined;
}

function trimmed(passphrase: Uint8Array): Uint8Array {
  const isSpace = (byte: number | undefined): boolean =>
    byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
  let start = 0;
  let end = passphrase.length;
  while (start < end && isSpace(passphrase[start])) start += 1;
  while (end > start && isSpace(passphrase[end - 1])) end -= 1;
  return passphrase.subarray(start, end);
}

function reject(file: string, reason: string): never {
  throw malformed(file, reason);
}

function malformed(file: string, reason: string): Error {
  return failure('operator.file-malformed', { file, reason });
}
