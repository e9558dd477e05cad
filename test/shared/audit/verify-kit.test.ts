/** The kit of malformed logs: what `audit verify` says of each, word by word. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import type { VerifyReport } from '../../../shared/audit/report.ts';
import { keysOf, verifyFiles } from '../../src/audit/support/bench-trail.ts';
import { cryptoOf, type KitCase, kitCases } from './kit/cases.ts';

const tablePath = new URL('./kit/sentences.txt', import.meta.url);
const cases = await kitCases();

function report(one: KitCase, chunkBytes?: number): VerifyReport {
  const right = keysOf('node-1');
  const mac = cryptoOf(one)?.mac;
  const trusted = { right, wrong: keysOf('node-2'), none: undefined }[one.publicKey ?? 'right'];
  return verifyFiles(one.files, {
    crypto: { ...right, mac },
    trustedKey: trusted?.publicKey,
    kept: one.checkpoint,
    ...(chunkBytes !== undefined && { chunkBytes }),
  });
}

function block(one: KitCase): string {
  const { sentence, notes, ok } = report(one);
  return [
    `done:   ${one.done}`,
    `files:  ${one.files.map(({ name }) => name).join(' ')}`,
    `exit:   ${ok ? 0 : 3}`,
    `says:   ${sentence}`,
    ...notes.map((note) => `note:   ${note}`),
    '',
  ].join('\n');
}

test('every malformed log gets its sentence (kit/sentences.txt)', () => {
  const head =
    'What was done to a good audit log, and what `strongbox audit verify` says of it.\n' +
    'Made by verify-kit.test.ts with STRONGBOX_REWRITE=1; review every change.\n';
  const table = [head, ...cases.map(block)].join('\n');
  if (process.env['STRONGBOX_REWRITE'] === '1') writeFileSync(tablePath, table);
  assert.equal(table, readFileSync(tablePath, 'utf8'));
});

test('the report does not depend on where the chunks are cut', () => {
  for (const one of cases) {
    const whole = report(one);
    for (const chunkBytes of [1, 7, 64, 4_096]) {
      if (one.files.some(({ bytes }) => bytes.length / chunkBytes > 250_000)) continue;
      assert.deepEqual(report(one, chunkBytes), whole, `${one.done} in chunks of ${chunkBytes}`);
    }
  }
});
