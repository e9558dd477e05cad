import assert from 'node:assert/strict';
import { test } from 'node:test';

import { spread } from './load.ts';
import { rawRequest } from './raw-request.ts';

test('a request is its head, and its body behind its length in bytes', () => {
  const headers = { 'X-Vault-Token': 'hvs.x' };
  const body = '{"name":"Zoë"}';
  const request = { method: 'POST', path: '/v1/secret/data/a', headers, body } as const;
  assert.equal(
    Buffer.from(rawRequest('127.0.0.1:8200', request)).toString(),
    'POST /v1/secret/data/a HTTP/1.1\r\nHost: 127.0.0.1:8200\r\nX-Vault-Token: hvs.x\r\n' +
      `Content-Length: 15\r\n\r\n${body}`,
  );
});

test('a request without a body says nothing of a length', () => {
  const request = { method: 'GET', path: '/', headers: {} } as const;
  const text = Buffer.from(rawRequest('h:1', request)).toString();
  assert.equal(text, 'GET / HTTP/1.1\r\nHost: h:1\r\n\r\n');
});

test('a spread request goes to as many places', () => {
  const requests = spread({ method: 'GET', path: '/a/{n}', headers: {} }, 3);
  assert.deepEqual(
    requests.map(({ path }) => path),
    ['/a/0', '/a/1', '/a/2'],
  );
});
