/**
 * Operators: people with a key file of their own. A registration binds a name to two public keys,
 * Ed25519 to sign with and X25519 to seal to, and is signed by the first: nobody registers a key
 * that they do not hold, and none for another name than was meant. On a control channel the first
 * key proves the name, to one node and on one connection: an agent that passes a challenge of
 * another one on gets an answer that is good for neither.
 */
import { assert } from '../assert.ts';
import { utf8Encode } from '../encoding/utf8.ts';
import { encodeHex } from '../encoding/hex.ts';

export const operatorKeyBytes = 32;
export const operatorSignatureBytes = 64;

export interface OperatorKeys {
  /** Ed25519. */
  readonly signingKey: Uint8Array;
  /** X25519. */
  readonly boxKey: Uint8Array;
}

const fingerprintBytes = 8;

/** What the signing key signs to register a name, which is in its canonical spelling. */
export function registrationMessage(name: string, keys: OperatorKeys): Uint8Array {
  assert(!name.includes('\0'), 'an operator name holds no NUL');
  return utf8Encode(`strongbox/operator/1\0${name}\0${keyTexts(keys)}`);
}

/**
 * What both ends of a TLS connection know and nobody between them can bring about on another one
 * (RFC 9266, `tls-exporter`). Without TLS (loopback, Unix socket) there is none.
 */
export const connectionExporterLabel = 'EXPORTER-Channel-Binding';
export const connectionExporterBytes = 32;

/** What the answer to a challenge is good for. */
export interface ChallengeBinding {
  readonly clusterId: string;
  readonly node: string;
  /** The connection's exporter in base64; empty where it has none. */
  readonly connection: string;
  readonly nonce: string;
  readonly operator: string;
}

/** What an operator's key signs to prove a name on a control channel. */
export function challengeMessage(binding: ChallengeBinding): Uint8Array {
  const { clusterId, node, connection, nonce, operator } = binding;
  const parts = ['operator on a control channel', clusterId, node, connection, nonce, operator];
  assert(
    parts.every((part) => !part.includes('\0')),
    'parts of a challenge hold no NUL',
  );
  return utf8Encode(['strongbox/challenge/2', ...parts].join('\0'));
}

/** What is hashed (SHA-256) for `operatorFingerprint`. */
export function fingerprintInput(keys: OperatorKeys): Uint8Array {
  return utf8Encode(`strongbox/operator-fingerprint/1\0${keyTexts(keys)}`);
}

/** `4e1a-77b0-90cc-12fe`: for people to compare by voice. */
export function operatorFingerprint(digest: Uint8Array): string {
  const text = encodeHex(digest.subarray(0, fingerprintBytes));
  return (text.match(/.{4}/gu) ?? []).join('-');
}

function keyTexts({ signingKey, boxKey }: OperatorKeys): string {
  assert(signingKey.length === operatorKeyBytes, 'a signing key has 32 bytes');
  assert(boxKey.length === operatorKeyBytes, 'a box key has 32 bytes');
  return `${encodeHex(signingKey)}\0${encodeHex(boxKey)}`;
}
