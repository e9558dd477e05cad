/** F-08: the file of the audit keys: as it was written, or not at all. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  formatAuditKeyFile,
  isOlderAuditKeyFile,
  parseAuditKeyFile,
} from '../../../shared/audit/key-file.ts';
import { commitNote, logNameOf } from '../../../src/audit/commit-note.ts';

interface Golden {
  readonly mac_key: string;
  readonly signing_seed: string;
  readonly file: string;
  readonly file_without_seed: string;
  readonly note: Readonly<Record<'node' | 'public_key' | 'bytes', string>> & { index: number };
}

const path = new URL('../../vectors/audit-key-file.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

test('the golden file is written and read as it stands, also without its seed', () => {
  const { mac_key: macKey, signing_seed: seed, file, file_without_seed: short } = golden;
  assert.equal(hexOf(formatAuditKeyFile(bytesOf(macKey), bytesOf(seed), sha256)), file);
  const whole = parseAuditKeyFile(bytesOf(file), sha256);
  assert.deepEqual([whole?.macKey, whole?.signingSeed], [bytesOf(macKey), bytesOf(seed)]);
  const part = parseAuditKeyFile(bytesOf(short), sha256);
  assert.deepEqual([part?.macKey, part?.signingSeed], [bytesOf(macKey), undefined]);
});

test('with any bit changed, or any byte more or less, it is refused', () => {
  for (const hex of [golden.file, golden.file_without_seed]) {
    const whole = bytesOf(hex);
    for (let bit = 0; bit < 8 * whole.length; bit += 1) {
      const changed = whole.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(parseAuditKeyFile(changed, sha256), undefined, `bit ${bit}`);
    }
    for (const length of [0, whole.length - 1, whole.length - 8]) {
      assert.equal(parseAuditKeyFile(whole.subarray(0, length), sha256), undefined);
    }
    assert.equal(
      parseAuditKeyFile(Buffer.concat([whole, whole.subarray(0, 1)]), sha256),
      undefined,
    );
  }
});

test('a file of format 1 is told from one that is damaged, and is not read', () => {
  const keys = Buffer.from(golden.mac_key + golden.signing_seed, 'hex');
  const older = (...parts: Uint8Array[]): Uint8Array =>
    Buffer.concat([Buffer.from('strongbox-audit-key/1\n'), ...parts]);
  for (const bytes of [older(keys), older(keys.subarray(0, 32))]) {
    assert.equal(isOlderAuditKeyFile(bytes), true);
    assert.equal(parseAuditKeyFile(bytes, sha256), undefined);
  }
  const others = [older(), older(keys.subarray(1)), older(keys, keys), bytesOf(golden.file)];
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(86), ...others]) {
    assert.equal(isOlderAuditKeyFile(bytes), false);
  }
});

test('the golden note of a commit is written as it stands', () => {
  const { node, public_key: publicKey, index, bytes } = golden.note;
  const name = logNameOf(node, { sha256, publicKey: bytesOf(publicKey) });
  assert.equal(hexOf(commitNote(name, index)), bytes);
});
