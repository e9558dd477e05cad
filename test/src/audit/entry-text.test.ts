import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AuditedAuth, SingleEntry } from '../../../shared/audit/entry.ts';
import { constantJson } from '../../../shared/json/constant.ts';
import { entryText } from '../../../src/audit/entry-text.ts';

const auth: AuditedAuth = { display_name: 'a"b', policies: ['app', 'ü\n'], token_ttl: 7 };

const entry = (who: AuditedAuth): SingleEntry => ({
  type: 'single',
  time: '2030-01-01T00:00:00.000Z',
  id: 'an "id" \\ with \u0000 odd characters \ud800',
  effect: false,
  request: {
    operation: 'read',
    path: 'secret/data/ü',
    namespace: { id: 'root' },
    remote_address: '127.0.0.1',
    remote_port: 1,
    transport: 'tcp',
  },
  auth: who,
});

test('the text is what the platform makes of the entry, constants or not', () => {
  const constant = constantJson({ ...auth });
  const expected = JSON.stringify(entry(auth));
  assert.equal(entryText(entry(auth)), expected);
  assert.equal(entryText(entry(constant)), expected);
  assert.equal(entryText(entry(constant)), expected, 'the second time');
});

test('fields that are undefined are left out', () => {
  const loose = { ...entry(auth), response: undefined, auth: undefined } as unknown as SingleEntry;
  assert.equal(entryText(loose), JSON.stringify(loose));
});

test('a constant inside of a field is put into its place, beside names of any kind', () => {
  const data = constantJson({ 'odd "name"': ['ü', 1, null], gone: undefined });
  const odd = { ...entry(auth), response: { status: 200, 'odd "name"': 1, nothing: {}, data } };
  const loose = odd as unknown as SingleEntry;
  const expected = JSON.stringify(loose);
  assert.equal(entryText(loose), expected);
  assert.equal(entryText(loose), expected, 'the second time');
});
