import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { Client, type ClientOptions } from '../../../console/client/client.ts';
import { answerBytesMax } from '../../../console/limits.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { requestBytesMax } from '../../../shared/limits.ts';
import { envelope, type Responder, StandIn } from '../stand-in.ts';

const token = 'hvs.CANARY0123456789';

function clientOf(port: number, options: Partial<ClientOptions> = {}): Client {
  const endpoint = { host: '127.0.0.1', port, base: '', secure: false, source: 'test' };
  return new Client({
    endpoint: { kind: 'url', ...endpoint },
    tls: {},
    token,
    namespace: undefined,
    timeoutMs: 10_000,
    retriesMax: 0,
    onWarning: () => undefined,
    ...options,
  });
}

async function withServer(
  responder: Responder,
  work: (server: StandIn) => Promise<void>,
): Promise<void> {
  await using server = await StandIn.listen(responder);
  await work(server);
}

/** The failure that a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<StrongBoxError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof StrongBoxError, inspect(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

test('operations become the verbs that every Vault server takes', async () => {
  await withServer(
    () => ({ body: envelope({}) }),
    async (server) => {
      const client = clientOf(server.port, { namespace: 'team/' });
      const path = 'secret/data/a';
      for (const operation of ['read', 'write', 'patch', 'delete', 'list', 'scan'] as const) {
        const body = operation === 'write' || operation === 'patch' ? { body: { a: 1 } } : {};
        await client.request({ operation, path, ...body });
      }
      client.close();
      assert.deepEqual(server.asked, [
        'GET /v1/secret/data/a',
        'PUT /v1/secret/data/a',
        'PATCH /v1/secret/data/a',
        'DELETE /v1/secret/data/a',
        'GET /v1/secret/data/a?list=true',
        'GET /v1/secret/data/a?scan=true',
      ]);
      const [read, write, patch] = server.received;
      assert.equal(read?.headers['x-vault-token'], token);
      assert.equal(read?.headers['x-vault-namespace'], 'team/');
      assert.equal(read?.headers['x-vault-request'], 'true');
      assert.equal(write?.headers['content-type'], 'application/json');
      assert.equal(write?.body, '{"a":1}');
      assert.equal(patch?.headers['content-type'], 'application/merge-patch+json');
    },
  );
});

test('CVE-2026-55100: names in a path are encoded; what would climb out of it is never sent', async () => {
  await withServer(
    () => ({ body: envelope({}) }),
    async (server) => {
      const client = clientOf(server.port);
      const odd = 'secret/data/a?list=true#x&y=%41 ü';
      await client.request({ operation: 'read', path: odd, query: { version: '1&x=2' } });
      assert.deepEqual(server.asked, [
        'GET /v1/secret/data/a%3Flist%3Dtrue%23x%26y%3D%2541%20%C3%BC?version=1%26x%3D2',
      ]);
      const climbing = [
        '../../sys/seal?x=',
        'a/../b',
        'a/./b',
        'a//b',
        '..%2f..%2fsys',
        'a\u0000b',
      ];
      for (const path of climbing) {
        const error = await failureOf(client.request({ operation: 'read', path }));
        assert.equal(error.code, 'client.path-invalid', path);
        assert.equal(error.exit, 1);
      }
      client.close();
      assert.equal(server.received.length, 1);
    },
  );
});

test('refusals become failures that say what to do', async () => {
  const denied = '1 error occurred:\n\t* permission denied\n\n';
  const rows: readonly (readonly [number, unknown, string, RegExp])[] = [
    [403, { errors: [denied] }, 'client.denied', /strongbox login/u],
    [403, { errors: ['not for you'] }, 'client.refused', /not for you/u],
    [
      403,
      { errors: ['preflight capability check returned 403, please ensure'] },
      'client.mount-unseen',
      /no such mount, or none that the token may see.*secrets list.*strongbox login/u,
    ],
    [404, { errors: [] }, 'client.not-found', /nothing is there/u],
    [404, { errors: ['no handler for route "x"'] }, 'client.refused', /no handler for route/u],
    [400, { errors: ['bad', 'worse'] }, 'client.refused', /bad; worse \(HTTP 400\)/u],
    [503, { errors: ['Vault is sealed'] }, 'client.sealed', /operator unseal/u],
    [503, { errors: ['x'], error_codes: ['request.sealed'] }, 'client.sealed', /unseal/u],
    [501, { errors: ['x'] }, 'client.not-initialised', /operator init/u],
    [307, undefined, 'client.redirected', /--address/u],
    [500, { errors: [] }, 'client.refused', /without a reason/u],
    [503, { errors: ['busy'] }, 'client.unavailable', /busy \(HTTP 503, asked 1 times\)/u],
    [200, 'no json', 'client.answer-malformed', /not JSON/u],
    [200, '[1]', 'client.answer-malformed', /not an object/u],
    [502, '<html>', 'client.answer-malformed', /status 502/u],
  ];
  for (const [status, body, code, message] of rows) {
    await withServer(
      () => ({ status, body }),
      async (server) => {
        const client = clientOf(server.port);
        const error = await failureOf(client.request({ operation: 'read', path: 'a/b' }));
        client.close();
        assert.equal(error.code, code);
        assert.match(error.message, message);
      },
    );
  }
});

test('a 404 that carries data is an answer; a hint beside a refusal is told', async () => {
  const warnings: string[] = [];
  const replies = [
    { status: 404, body: envelope({ data: null, metadata: { version: 1 } }) },
    { status: 404, body: envelope(null, { warnings: ['Invalid path'] }) },
  ];
  await withServer(
    () => replies.shift() ?? {},
    async (server) => {
      const onWarning = (warning: string) => warnings.push(warning);
      const client = clientOf(server.port, { onWarning });
      const deleted = await client.request({ operation: 'read', path: 'a' });
      assert.equal(deleted.status, 404);
      const hint = await failureOf(client.request({ operation: 'read', path: 'a' }));
      assert.equal(hint.code, 'client.not-found');
      client.close();
    },
  );
  assert.deepEqual(warnings, ['Invalid path']);
});

test('what may pass is asked again as often as allowed; Retry-After is kept', async () => {
  const statuses = [429, 503, 200];
  await withServer(
    () => ({
      status: statuses.shift() ?? 500,
      headers: { 'Retry-After': '0' },
      body: envelope({ ok: true }),
    }),
    async (server) => {
      const client = clientOf(server.port, { retriesMax: 2 });
      const data = await client.data({ operation: 'read', path: 'a' });
      client.close();
      assert.equal(data['ok'], true);
      assert.equal(server.received.length, 3);
    },
  );
  await withServer(
    () => ({ status: 429, headers: { 'Retry-After': '0' }, body: { errors: ['later'] } }),
    async (server) => {
      const client = clientOf(server.port, { retriesMax: 2 });
      const error = await failureOf(client.request({ operation: 'read', path: 'a' }));
      client.close();
      assert.equal(error.code, 'client.unavailable');
      assert.equal(server.received.length, 3);
    },
  );
});

test('a sealed agent is not asked twice', async () => {
  await withServer(
    () => ({ status: 503, body: { errors: ['Vault is sealed'] } }),
    async (server) => {
      const client = clientOf(server.port, { retriesMax: 5 });
      const error = await failureOf(client.request({ operation: 'read', path: 'a' }));
      client.close();
      assert.equal(error.code, 'client.sealed');
      assert.equal(server.received.length, 1);
    },
  );
});

test('nobody there, silence and a broken connection are told apart', async () => {
  await using gone = await StandIn.listen(() => ({}));
  const { port } = gone;
  await gone[Symbol.asyncDispose]();
  const refused = clientOf(port);
  const unreachable = await failureOf(refused.request({ operation: 'read', path: 'a' }));
  assert.equal(unreachable.code, 'client.unreachable');
  assert.match(unreachable.message, /npm start/u);

  await withServer(
    () => ({ instead: 'silence' }),
    async (server) => {
      const client = clientOf(server.port, { timeoutMs: 50 });
      const late = await failureOf(client.request({ operation: 'read', path: 'a' }));
      client.close();
      assert.equal(late.code, 'client.timeout');
    },
  );
  await withServer(
    () => ({ instead: 'break' }),
    async (server) => {
      const client = clientOf(server.port);
      const broken = await failureOf(client.request({ operation: 'write', path: 'a', body: {} }));
      client.close();
      assert.equal(broken.code, 'client.interrupted');
    },
  );
});

test('an answer that never ends in size is cut off; a request too large is not sent', async () => {
  await withServer(
    () => ({ body: Buffer.alloc(answerBytesMax + 1, 0x20) }),
    async (server) => {
      const client = clientOf(server.port);
      const large = await failureOf(client.request({ operation: 'read', path: 'a' }));
      assert.equal(large.code, 'client.answer-too-large');
      const body = { a: 'x'.repeat(requestBytesMax) };
      const refused = await failureOf(client.request({ operation: 'write', path: 'a', body }));
      assert.equal(refused.code, 'client.request-too-large');
      assert.equal(refused.exit, 1);
      client.close();
      assert.equal(server.received.length, 1);
    },
  );
});

test('an error never holds the token, the body or an answer (CVE-2026-55102)', async () => {
  const secret = 'CANARY-BODY';
  const replies = [
    { status: 400, body: { errors: ['refused'], data: { s: secret } } },
    { status: 200, body: `{"data":"${secret}` },
    { instead: 'break' as const },
    { instead: 'silence' as const },
  ];
  for (const reply of replies) {
    await withServer(
      () => reply,
      async (server) => {
        const client = clientOf(server.port, { timeoutMs: 100 });
        const call = { operation: 'write', path: 'a', body: { s: secret } } as const;
        const error = await failureOf(client.request(call));
        const shown = [
          inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
          JSON.stringify(error),
          error.stack ?? '',
          inspect(client, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
        ].join('\n');
        client.close();
        assert.equal(shown.includes('CANARY'), false, error.code);
      },
    );
  }
});
