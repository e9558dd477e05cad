/**
 * The format of the log, by a golden file and by a second verifier: slow, short, written from the
 * description in shared/audit/format.ts, and sharing no code with the first.
 */
import assert from 'node:assert/strict';
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { benchTrail, entry, keysOf } from '../../src/audit/support/bench-trail.ts';
import { MemoryDevice } from '../../src/audit/support/memory-device.ts';
import { goodLog } from './kit/good-log.ts';

const golden = new URL('../../vectors/audit-format-1.jsonl', import.meta.url);
const macKey = createHash('sha256').update('mac key of node-1').digest();
const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

async function smallLog(): Promise<MemoryDevice> {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  for (let number = 0; number < 3; number += 1) await trail.append(entry(number, { text: 'é"\n' }));
  await trail.reopen();
  await trail.append(entry(3));
  await trail.stop();
  return device;
}

test('the same records under the same keys are the same bytes as ever (golden file)', async () => {
  const { text } = await smallLog();
  assert.equal(text, readFileSync(golden, 'utf8'));
});

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function checkSummary(line: string, leaves: readonly Uint8Array[], publicKey: string): void {
  const { size, root, frontier, signature } = JSON.parse(line) as Record<string, unknown>;
  assert.equal(size, leaves.length);
  assert.equal(root, Buffer.from(rootOf(leaves)).toString('hex'));
  const ones = [...leaves.length.toString(2)].filter((digit) => digit === '1').length;
  assert.equal((frontier as string[]).length, ones);
  const der = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(publicKey, 'hex'),
  ]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const signed = Buffer.from(line.slice(0, line.lastIndexOf(',"signature":"')));
  assert.ok(verify(null, signed, key, Buffer.from(String(signature), 'hex')));
}

function check(text: string): number {
  const leaves: Buffer[] = [];
  let prev = '0'.repeat(64);
  let publicKey = '';
  for (const line of text.trimEnd().split('\n')) {
    const fields = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual(Object.keys(fields).slice(0, 3), ['index', 'prev', 'type']);
    assert.equal(Object.keys(fields).at(-1), 'mac');
    assert.equal(fields['index'], leaves.length);
    assert.equal(fields['prev'], prev);
    const covered = line.slice(0, line.lastIndexOf(',"mac":"'));
    assert.equal(fields['mac'], createHmac('sha256', macKey).update(covered).digest('hex'));
    if (fields['type'] === 'header') publicKey = String(fields['public_key']);
    if (fields['type'] === 'header' || fields['type'] === 'checkpoint') {
      checkSummary(line, leaves, publicKey);
    }
    const leaf = sha256(Buffer.of(0), line);
    leaves.push(leaf);
    prev = leaf.toString('hex');
  }
  assert.equal(publicKey, Buffer.from(keysOf('node-1').publicKey).toString('hex'));
  return leaves.length;
}

test('a second verifier agrees, on the golden file and on a log of three files', async () => {
  assert.equal(check(readFileSync(golden, 'utf8')), 9);
  const { files } = await goodLog();
  assert.equal(check(files.map(({ bytes }) => Buffer.from(bytes).toString('utf8')).join('')), 369);
});
