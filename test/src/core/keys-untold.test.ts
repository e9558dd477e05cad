/**
 * The unseal key, the root key and the keyring, worked out from the shares, are told by no route.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { decodeShare } from '../../../shared/share/share.ts';
import { keyringKey, openKeyring } from '../../../src/barrier/keyring-record.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { decodeSealRecord, sealKey, unwrapRootKey } from '../../../src/seal/seal-record.ts';
import { combine } from '../../../src/seal/shamir.ts';
import { type CoreHarness, unsealedCore } from '../../support/core-harness.ts';
import { hasBody, routeCases } from '../../support/route-cases.ts';

const windowBytes = 8;

function keysOf(harness: CoreHarness): readonly Uint8Array[] {
  const entries = new Map(
    harness.store.entriesAt(harness.store.revision).map(({ key, value }) => [key, value]),
  );
  const record = decodeSealRecord(entries.get(sealKey) ?? new Uint8Array());
  assert.ok(record !== undefined);
  const points = harness.shares.slice(0, 2).map((text) => {
    const { index, secret } = decodeShare(utf8Encode(text));
    return { index: index ?? 0, bytes: secret };
  });
  const unseal = combine(points);
  const root = unwrapRootKey(record, unseal);
  assert.ok(root !== undefined, 'the shares open the root key');
  const sealed = entries.get(keyringKey('root')) ?? new Uint8Array();
  const terms = openKeyring(new SecretKey(root), 'root', sealed) ?? [];
  assert.equal(terms.length, 2);
  return [unseal, root, ...terms.map(({ kek }) => kek)];
}

/** How a piece of a key could look in a text. */
function spellings(key: Uint8Array): string[] {
  const whole = Buffer.from(key);
  const windows = Array.from({ length: key.length - windowBytes + 1 }, (_, at) =>
    whole.subarray(at, at + windowBytes),
  );
  return [
    whole.toString('base64').slice(0, -2),
    whole.toString('base64url').slice(0, -1),
    ...windows.map((window) => window.toString('hex')),
    ...windows.map((window) => [...window].join(',')),
  ];
}

test('CVE-2022-25244, CVE-2018-19786: no answer, record or log line holds a piece of a key', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  assert.equal((await harness.call('write', 'sys/rotate')).status, 204);
  // Garbage for shares, which an attempt at unsealing works with.
  for (const key of ['ab'.repeat(33), 'AAAA', harness.shares[0]?.slice(0, -1) ?? '']) {
    await harness.call('write', 'sys/unseal', { key }, { token: null });
  }
  const texts: string[] = [];
  for (const { method, path } of routeCases.filter((each) => !hasBody(each.method))) {
    if (method === 'delete') continue;
    for (const token of [harness.rootToken, null]) {
      const answer = await harness.call(method, path, undefined, { token });
      texts.push(JSON.stringify(answer.body), Buffer.from(answer.raw.raw?.bytes ?? []).toString());
    }
  }
  assert.ok(texts.length > 100, 'the routes were asked');
  texts.push(harness.device.text, JSON.stringify(harness.logs));
  const told = texts.join('\n').toLowerCase();
  for (const spelling of keysOf(harness).flatMap(spellings)) {
    assert.equal(told.includes(spelling.toLowerCase()), false, 'a piece of a key is told');
  }
});
