/** What opening and sealing boxes leaves in memory: nothing, once the key is dropped. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import nacl from 'tweetnacl';
import { CeremonyKey } from '../../../agent/seal/ceremony-key.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import { type ShareBinding, shareBindingBytes } from '../../../shared/control/sealed-share.ts';
import { sha256 } from '../../../src/crypto/sha256.ts';
import { memoryScanObstacle, scanMemory } from '../../support/memory-scan.ts';
import { PlacedRandom } from '../../src/seal/memory-scenario.ts';

const binding: ShareBinding = { ceremony: 'unseal', nonce: 'n-1', plan: '', holder: 'bob' };

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** As RFC 7748 section 5 decodes it: that is how a library keeps a scalar. */
function clamped(secret: Uint8Array): Uint8Array {
  const scalar = Uint8Array.from(secret);
  scalar[0] = (scalar[0] ?? 0) & 248;
  scalar[31] = ((scalar[31] ?? 0) & 127) | 64;
  return scalar;
}

function scenario(): { readonly box: SealedShareBox; readonly needles: Map<string, Uint8Array> } {
  const pair = nacl.box.keyPair();
  const secret = new PlacedRandom().bytes(32);
  const publicKey = Buffer.from(new CeremonyKey(new PlacedRandom()).publicKey, 'base64');
  const text = Buffer.from(`sbx1${'q9canary8'.repeat(8)}${base64(nacl.randomBytes(3))}`);
  const plaintext = Buffer.concat([sha256(shareBindingBytes(binding)), text]);
  const nonce = nacl.randomBytes(24);
  const ciphertext = nacl.box(plaintext, nonce, publicKey, pair.secretKey);
  const agreed = nacl.scalarMult(secret, pair.publicKey);
  const stream = nacl.secretbox(new Uint8Array(plaintext.length), nonce, boxKey(pair, publicKey));
  const needles = new Map([
    ['the text', text.subarray(4)],
    ['the end of the text', text.subarray(-16)],
    // Of its middle, as the scalar of a library differs from the key in its first and last byte.
    ['the secret key', secret.slice(1, 31)],
    ['the scalar', clamped(secret)],
    ['the agreed secret', agreed],
    ['the key of the box', boxKey(pair, publicKey)],
    // Against a kept box the stream is as good as the text.
    ['the stream over the text', stream.slice(16 + 32, 16 + 32 + 32)],
    ['the last bytes of the stream', stream.slice(-16)],
  ]);
  const box = {
    sender: base64(pair.publicKey),
    nonce: base64(nonce),
    ciphertext: base64(ciphertext),
    holder: 'bob',
  };
  return { box, needles };
}

function boxKey(pair: nacl.BoxKeyPair, publicKey: Uint8Array): Uint8Array {
  return nacl.box.before(publicKey, pair.secretKey);
}

test('a dropped ceremony key leaves no share, key, scalar or stream in memory', {
  skip: memoryScanObstacle() ?? false,
}, async () => {
  const { box, needles } = scenario();
  const program = fileURLToPath(new URL('memory-child.ts', import.meta.url));
  const receiver = base64(nacl.box.keyPair().publicKey);
  const job = JSON.stringify({ box, binding, receiver });
  const child = spawn(process.execPath, ['--expose-gc', program, job], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    assert.ok(child.pid);
    assert.match(String(await once(child.stdout, 'data')), /^open/);
    const open = counts(child.pid, needles);
    assert.ok((open.get('the text') ?? 0) >= 1, 'while it is in use the scan finds the text');
    assert.ok((open.get('the secret key') ?? 0) >= 1, 'and the key');
    child.stdin.write('drop\n');
    assert.match(String(await once(child.stdout, 'data')), /^dropped/);
    const left = [...counts(child.pid, needles)].filter(([, count]) => count > 0);
    assert.deepEqual(left, []);
    child.stdin.write('end\n');
    await once(child, 'exit');
  } finally {
    child.kill('SIGKILL');
  }
});

function counts(pid: number, needles: ReadonlyMap<string, Uint8Array>): Map<string, number> {
  const found = scanMemory(pid, [...needles.values()]);
  return new Map([...needles.keys()].map((name, at) => [name, found[at] ?? 0]));
}
