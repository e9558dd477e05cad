import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';

import { constantJson } from '../../../shared/json/constant.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json/value.ts';
import { AuditHasher, elidedDepth } from '../../../src/audit/hasher.ts';
import { auditDepthMax, auditListItemsMax } from '../../../src/audit/limits.ts';

const key = new Uint8Array(32).fill(7);
const canary = 'CANARY-hunter2';

function unlocked(): AuditHasher {
  const hasher = new AuditHasher();
  hasher.unlock(key);
  return hasher;
}

test('a hash is the HMAC-SHA-256 of the UTF-8 text, as Vault writes it', () => {
  const expected = createHmac('sha256', key).update('hé').digest('hex');
  assert.equal(unlocked().hash('hé'), `hmac-sha256:${expected}`);
});

test('without the key nothing sensitive is recorded, and after locking neither', () => {
  const hasher = new AuditHasher();
  assert.equal(hasher.hash(canary), undefined);
  assert.equal(hasher.redact({ password: canary }), undefined);
  hasher.unlock(key);
  assert.equal(hasher.unlocked, true);
  hasher.lock();
  assert.equal(hasher.hash(canary), undefined);
  assert.equal(hasher.unlocked, false);
});

test('strings are hashed; numbers, booleans, null and the keys of maps stay', () => {
  const hasher = unlocked();
  const redacted = hasher.redact({
    name: canary,
    count: 7,
    on: true,
    none: null,
    list: [canary, 1],
  });
  assert.deepEqual(
    redacted,
    Object.assign(Object.create(null), {
      name: hasher.hash(canary),
      count: 7,
      on: true,
      none: null,
      list: [hasher.hash(canary), 1],
    }),
  );
});

test('names that look like a token or a share are hashed, and no others', () => {
  const hasher = unlocked();
  const token = 'hvs.CAESICANARY';
  const share = 'SBX1canary';
  const redacted = hasher.redact({ [token]: 1, in: { [`${share}/x`]: 2, plain: 3 } });
  assert.deepEqual(
    redacted,
    Object.assign(Object.create(null), {
      [hasher.hash(token) ?? '']: 1,
      in: Object.assign(Object.create(null), { [`${hasher.hash(share)}/x`]: 2, plain: 3 }),
    }),
  );
  const left = hasher.redact({ [token]: canary }, new Set([token]));
  assert.deepEqual(Object.keys(left as object), []);
});

test('named fields of the outermost object are left out, deeper ones of that name are hashed', () => {
  const redacted = unlocked().redact({ key: canary, in: { key: canary } }, new Set(['key']));
  assert.deepEqual(Object.keys(redacted as object), ['in']);
  assert.doesNotMatch(JSON.stringify(redacted), /CANARY/);
});

test('keys named like parts of every object are keys like any other', () => {
  const value = JSON.parse('{"__proto__":"a","constructor":{"toString":"b"}}') as JsonValue;
  const text = JSON.stringify(unlocked().redact(value));
  assert.match(text, /^\{"__proto__":"hmac-sha256:[0-9a-f]{64}","constructor":\{"toString":"hmac-/);
});

test('property: no string of a value is in what is recorded', () => {
  const hasher = unlocked();
  const strings = fc.string().map((text) => `${canary}${text}`);
  const values = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      strings,
      fc.integer(),
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value')),
    ),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      assert.doesNotMatch(JSON.stringify(hasher.redact(value)), /CANARY/);
    }),
  );
});

test('what is nested too deep, and lists that are too long, are said to be so', () => {
  const hasher = unlocked();
  let deep: JsonValue = canary;
  for (let level = 0; level < 100_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
  const text = JSON.stringify(hasher.redact(deep));
  assert.match(text, new RegExp(elidedDepth));
  assert.doesNotMatch(text, /CANARY/);
  assert.ok(text.length < 20 * auditDepthMax);

  const keys = Array.from({ length: auditListItemsMax + 1 }, () => canary);
  assert.deepEqual(
    hasher.redact({ keys }),
    Object.assign(Object.create(null), { keys: auditListItemsMax + 1 }),
  );
  const map = Object.fromEntries(keys.map((_, at) => [`k${at}`, canary]));
  const redacted = hasher.redact({ map });
  assert.ok(isJsonObject(redacted));
  assert.equal(redacted['map'], auditListItemsMax + 1);
});

test('a constant is hashed once, anew under the next key, and never remembered over a lock', () => {
  const hasher = unlocked();
  const constant = constantJson({ version: 2, name: canary });
  const plain = { inner: { ...constant } };
  const first = hasher.redact({ inner: constant }) as JsonObject;
  assert.equal(JSON.stringify(first), JSON.stringify(hasher.redact(plain)));
  assert.equal((hasher.redact({ inner: constant }) as JsonObject)['inner'], first['inner']);
  hasher.lock();
  assert.equal(hasher.redact({ inner: constant }), undefined);
  hasher.unlock(new Uint8Array(32).fill(8));
  const second = JSON.stringify(hasher.redact({ inner: constant }));
  assert.notEqual(second, JSON.stringify(first));
  assert.equal(second, JSON.stringify(hasher.redact(plain)));
});

test('of an answer that is given again the hashes are the same ones, until the key is another', () => {
  const hasher = unlocked();
  const standIn = {};
  const data = { password: canary, list: [canary, 1] };
  const first = hasher.redactSame(standIn, data);
  assert.deepEqual(first, hasher.redact(data));
  assert.equal(hasher.redactSame(standIn, data), first);
  hasher.lock();
  assert.equal(hasher.redactSame(standIn, data), undefined);
  hasher.unlock(new Uint8Array(32).fill(8));
  assert.notDeepEqual(hasher.redactSame(standIn, data), first);
});
