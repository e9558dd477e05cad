import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { requestText, startListener, transports } from './listener-harness.ts';

const refusals: readonly (readonly [
  name: string,
  bytes: string,
  status: number,
  code: string | undefined,
])[] = [
  ['a path outside of /v1/', requestText('GET /v2/sys/health'), 404, undefined],
  ['/v1 without a slash', requestText('GET /v1'), 404, undefined],
  ['/v1/ itself', requestText('GET /v1/'), 404, undefined],
  ['/v1/ in other letters', requestText('GET /V1/sys/health'), 404, undefined],
  ['a target in absolute form', requestText('GET http://evil/v1/x'), 400, 'http.target-invalid'],
  ['a fragment', requestText('GET /v1/a#b'), 400, 'http.target-invalid'],
  ['a target of OPTIONS for all', requestText('OPTIONS *'), 400, 'http.target-invalid'],
  ['a parent segment', requestText('GET /v1/a/../b'), 400, 'path.invalid'],
  ['an encoded parent segment', requestText('GET /v1/a/%2e%2e/b'), 400, 'path.invalid'],
  ['a backslash', requestText('GET /v1/a\\..\\b'), 400, 'path.invalid'],
  ['an empty segment', requestText('GET /v1//a'), 400, 'path.invalid'],
  ['a broken escape in the query', requestText('GET /v1/a?x=%zz'), 400, 'http.query-invalid'],
  ['a query that is not UTF-8', requestText('GET /v1/a?x=%ff'), 400, 'http.query-invalid'],
  ['too many parameters', requestText(`GET /v1/a?${'a=b&'.repeat(65)}`), 400, 'http.query-invalid'],
  ['list that is no boolean', requestText('GET /v1/a?list=yes'), 400, 'http.query-invalid'],
  ['list and scan', requestText('GET /v1/a?list=true&scan=true'), 400, 'http.query-invalid'],
  ['a stand-in verb', requestText('LINK /v1/a'), 405, 'http.method-unsupported'],
  ['the stand-in of SCAN', requestText('LOCK /v1/a'), 405, 'http.method-unsupported'],
  ['the stand-in of HELP', requestText('BIND /v1/a'), 405, 'http.method-unsupported'],
  ['OPTIONS', requestText('OPTIONS /v1/a'), 405, 'http.method-unsupported'],
  ['TRACE', requestText('TRACE /v1/a'), 405, 'http.method-unsupported'],
  ['an unknown verb', requestText('FROB /v1/a'), 400, 'http.malformed'],
  ['HTTP/1.0', 'GET /v1/a HTTP/1.0\r\nHost: localhost\r\n\r\n', 400, 'http.version-unsupported'],
  ['HTTP/0.9', 'GET /v1/a\r\n\r\n', 400, 'http.version-unsupported'],
  ['no Host', 'GET /v1/a HTTP/1.1\r\n\r\n', 400, 'http.header-invalid'],
  [
    'two tokens',
    requestText('GET /v1/a', 'X-Vault-Token: a\r\nx-vault-token: b\r\n'),
    400,
    'http.header-duplicate',
  ],
  ['two hosts', requestText('GET /v1/a', 'Host: localhost\r\n'), 400, 'http.header-duplicate'],
  [
    'two authorizations',
    requestText('GET /v1/a', 'Authorization: Bearer a\r\nAuthorization: Bearer a\r\n'),
    400,
    'http.header-duplicate',
  ],
  [
    'two namespaces',
    requestText('GET /v1/a', 'X-Vault-Namespace: a\r\nX-Vault-Namespace: b\r\n'),
    400,
    'http.header-duplicate',
  ],
  [
    'two wrap times',
    requestText('GET /v1/a', 'X-Vault-Wrap-TTL: 1\r\nX-Vault-Wrap-TTL: 1\r\n'),
    400,
    'http.header-duplicate',
  ],
  [
    'two content types',
    requestText('POST /v1/a', 'Content-Type: a/b\r\nContent-Type: a/b\r\n'),
    400,
    'http.header-duplicate',
  ],
  [
    'more than a hundred headers',
    requestText('GET /v1/a', 'X: y\r\n'.repeat(100)),
    431,
    'http.headers-too-large',
  ],
  [
    'headers of more than 16 KiB',
    requestText('GET /v1/a', `X: ${'y'.repeat(17_000)}\r\n`),
    431,
    'http.headers-too-large',
  ],
  [
    'a token of 4,097 bytes',
    requestText('GET /v1/a', `X-Vault-Token: ${'t'.repeat(4_097)}\r\n`),
    400,
    'http.header-invalid',
  ],
  [
    'a bearer token of 4,097 bytes',
    requestText('GET /v1/a', `Authorization: Bearer ${'t'.repeat(4_097)}\r\n`),
    400,
    'http.header-invalid',
  ],
  [
    'a token with a space',
    requestText('GET /v1/a', 'X-Vault-Token: a b\r\n'),
    400,
    'http.header-invalid',
  ],
  [
    'a token beyond ASCII',
    requestText('GET /v1/a', 'X-Vault-Token: \xe9\r\n'),
    400,
    'http.header-invalid',
  ],
  [
    'a long namespace',
    requestText('GET /v1/a', `X-Vault-Namespace: ${'n'.repeat(401)}\r\n`),
    400,
    'http.header-invalid',
  ],
  [
    'a negative wrap time',
    requestText('GET /v1/a', 'X-Vault-Wrap-TTL: -5m\r\n'),
    400,
    'http.header-invalid',
  ],
  [
    'a wrap time that is none',
    requestText('GET /v1/a', 'X-Vault-Wrap-TTL: soon\r\n'),
    400,
    'http.header-invalid',
  ],
  [
    'a wrap time of a year',
    requestText('GET /v1/a', 'X-Vault-Wrap-TTL: 365d\r\n'),
    400,
    'http.header-invalid',
  ],
  [
    'a request of a web page',
    requestText('POST /v1/sys/unseal', 'Origin: https://evil.example\r\n'),
    403,
    'http.origin-refused',
  ],
  [
    'a page without an origin',
    requestText('GET /v1/a', 'Origin: null\r\n'),
    403,
    'http.origin-refused',
  ],
  ['a foreign Host', 'GET /v1/a HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421, 'http.host-unknown'],
  [
    'a foreign Host with our port',
    'GET /v1/a HTTP/1.1\r\nHost: evil.example:8200\r\n\r\n',
    421,
    'http.host-unknown',
  ],
  [
    'a Host that ends like ours',
    'GET /v1/a HTTP/1.1\r\nHost: notlocalhost\r\n\r\n',
    421,
    'http.host-unknown',
  ],
  [
    'an address with a name behind it',
    'GET /v1/a HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n',
    421,
    'http.host-unknown',
  ],
  [
    'a Host with a user',
    'GET /v1/a HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n',
    421,
    'http.host-unknown',
  ],
  [
    'a compressed body',
    requestText('POST /v1/a', 'Content-Encoding: gzip\r\nContent-Length: 2\r\n', 'ab'),
    415,
    'http.content-encoding-unsupported',
  ],
  [
    'PATCH without a type',
    requestText('PATCH /v1/a', 'Content-Length: 2\r\n', '{}'),
    400,
    'http.content-type-missing',
  ],
  [
    'PATCH with JSON',
    requestText('PATCH /v1/a', 'Content-Type: application/json\r\nContent-Length: 2\r\n', '{}'),
    415,
    'http.content-type-unsupported',
  ],
  [
    'an expectation we do not know',
    requestText('POST /v1/a', 'Expect: the-spanish-inquisition\r\nContent-Length: 2\r\n', '{}'),
    417,
    'http.expectation-unsupported',
  ],
  ['HEAD of a secret', requestText('HEAD /v1/secret/a'), 405, 'http.method-unsupported'],
];

for (const [name, bytes, status, code] of refusals) {
  test(`refused before the core sees it: ${name}`, async (t) => {
    const { send, requests } = await startListener(t);
    if (bytes.startsWith('HEAD')) return checkHead(t, bytes, status);
    const answer = await send(bytes);
    assert.equal(answer.status, status, answer.body);
    const body = JSON.parse(answer.body);
    assert.ok(Array.isArray(body.errors));
    assert.deepEqual(body.error_codes, code === undefined ? undefined : [code]);
    assert.equal(requests.length, 0);
  });
}

async function checkHead(
  t: Parameters<typeof startListener>[0],
  bytes: string,
  status: number,
): Promise<void> {
  const { connect, requests } = await startListener(t);
  const client = await connect();
  client.write(bytes);
  assert.equal((await client.answer(true)).status, status);
  assert.equal(requests.length, 0);
  client.close();
}

const operations: readonly (readonly [
  line: string,
  method: string,
  path: string,
  query: Record<string, string[]>,
])[] = [
  ['GET /v1/secret/data/a', 'read', 'secret/data/a', {}],
  ['POST /v1/secret/data/a', 'write', 'secret/data/a', {}],
  ['PUT /v1/secret/data/a', 'write', 'secret/data/a', {}],
  ['DELETE /v1/secret/data/a', 'delete', 'secret/data/a', {}],
  ['LIST /v1/secret/metadata', 'list', 'secret/metadata/', {}],
  ['LIST /v1/secret/metadata/', 'list', 'secret/metadata/', {}],
  ['SCAN /v1/secret/metadata', 'scan', 'secret/metadata/', {}],
  ['HELP /v1/secret', 'help', 'secret', {}],
  ['GET /v1/secret/metadata?list=true', 'list', 'secret/metadata/', {}],
  ['GET /v1/secret/metadata/?list=1&after=b', 'list', 'secret/metadata/', { after: ['b'] }],
  ['GET /v1/secret/metadata?scan=T', 'scan', 'secret/metadata/', {}],
  ['GET /v1/secret/a?list=false', 'read', 'secret/a', {}],
  ['GET /v1/secret/a?list=', 'read', 'secret/a', {}],
  ['GET /v1/secret?help=1', 'help', 'secret', {}],
  ['GET /v1/a?x=1&y=&x=%2B+z&flag', 'read', 'a', { x: ['1', '+ z'], y: [''], flag: [''] }],
  ['GET /v1/a?__proto__=1', 'read', 'a', { ['__proto__']: ['1'] }],
  ['GET /v1/secret/a%2Fb%20c', 'read', 'secret/a/b c', {}],
  ['GET /v1/secret/%C3%A9', 'read', 'secret/é', {}],
  ['POST /v1/a?list=true', 'write', 'a', { list: ['true'] }],
];

for (const [line, method, path, query] of operations) {
  test(`understood: ${line}`, async (t) => {
    const { send, requests } = await startListener(t);
    assert.equal((await send(requestText(line))).status, 200);
    const [request] = requests;
    assert.equal(request?.method, method);
    assert.equal(request?.path, path);
    assert.deepEqual([...(request?.query ?? [])], Object.entries(query));
  });
}

test('HEAD of health is a read whose body is left out', async (t) => {
  const { connect, requests } = await startListener(t);
  const client = await connect();
  client.write(requestText('HEAD /v1/sys/health?standbyok=true'));
  const answer = await client.answer(true);
  assert.equal(answer.status, 200);
  assert.equal(requests[0]?.method, 'read');
  client.write(requestText('GET /v1/sys/health'));
  assert.equal((await client.answer()).body, '{"ok":true}\n');
  client.close();
});

const tokens: readonly (readonly [headers: string, token: string | undefined])[] = [
  ['', undefined],
  ['X-Vault-Token: s.abc\r\n', 's.abc'],
  ['X-Vault-Token:\r\n', undefined],
  ['Authorization: Bearer s.def\r\n', 's.def'],
  ['Authorization: Bearer   s.def  \r\n', 's.def'],
  ['Authorization: bearer s.def\r\n', undefined],
  ['Authorization: Basic eDp5\r\n', undefined],
  ['Authorization: Bearer \r\n', undefined],
  ['X-Vault-Token: s.abc\r\nAuthorization: Bearer s.def\r\n', 's.abc'],
];

for (const [headers, token] of tokens) {
  test(`the token of ${JSON.stringify(headers)} is ${token}`, async (t) => {
    const { send, requests } = await startListener(t);
    await send(requestText('GET /v1/a', headers));
    assert.equal(requests[0]?.token, token);
  });
}

test('namespace and wrap time are passed on, and the namespace is echoed', async (t) => {
  const { send, requests } = await startListener(t);
  const headers = 'X-Vault-Namespace: team/a/\r\nX-Vault-Wrap-TTL: 5m\r\nX-Vault-Request: true\r\n';
  const answer = await send(requestText('GET /v1/a', headers));
  assert.equal(requests[0]?.namespace, 'team/a/');
  assert.equal(requests[0]?.wrapTtlSeconds, 300);
  assert.equal(answer.headers.get('x-vault-namespace'), 'team/a/');
});

const hosts = [
  'localhost',
  'LOCALHOST:1',
  '127.0.0.1:8200',
  '10.9.8.7',
  '[::1]:8200',
  '[fe80::1]',
  hostname(),
  'vault.example',
  'any.wild.example',
  'localhost.',
];

for (const host of hosts) {
  test(`answers to the name ${host}`, async (t) => {
    const names = ['vault.example', '*.wild.example'];
    const { send } = await startListener(t, { names });
    const answer = await send(`GET /v1/a HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.equal(answer.status, 200, answer.body);
  });
}

test('a wildcard stands for one label', async (t) => {
  const { send } = await startListener(t, { names: ['*.wild.example'] });
  for (const host of ['wild.example', 'a.b.wild.example', '.wild.example']) {
    assert.equal((await send(`GET /v1/a HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status, 421, host);
  }
});

test('a TLS listener answers to the names of its certificate', async (t) => {
  const { send } = await startListener(t, { transport: 'tls' });
  const answer = await send('GET /v1/a HTTP/1.1\r\nHost: named.example\r\n\r\n');
  assert.equal(answer.status, 200);
});

test('on a Unix socket any Host will do, and an Origin will not', async (t) => {
  const { send } = await startListener(t, { transport: 'unix' });
  assert.equal((await send('GET /v1/a HTTP/1.1\r\nHost: %2Frun%2Fsock\r\n\r\n')).status, 200);
  assert.equal((await send(requestText('GET /v1/a', 'Origin: https://evil\r\n'))).status, 403);
});

for (const transport of transports) {
  test(`the core is told who asks: ${transport}`, async (t) => {
    const { send, requests } = await startListener(t, { transport });
    await send(requestText('GET /v1/a'));
    const remote = requests[0]?.remote;
    assert.equal(remote?.transport, transport);
    assert.equal(remote?.local, true);
    assert.equal(remote?.address, transport === 'unix' ? 'unix' : '127.0.0.1');
    assert.equal((remote?.port ?? 0) > 0, transport !== 'unix');
    assert.match(requests[0]?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  });
}
