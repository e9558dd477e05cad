/** Raw bytes to a real listener: TCP, the verb shim, Node's parser and the edge's own checks. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RawClient, startListener } from '../../agent/http/listener-harness.ts';
import type { AtEnd, Target } from '../target.ts';

/** Short, so that a request which never ends costs a run little. */
const limits = { headersMs: 300, requestReadMs: 300, connectionsCheckMs: 20, lingerMs: 20 };

const lines = [
  'GET /v1/secret/data/a HTTP/1.1',
  'POST /v1/sys/unseal HTTP/1.1',
  'LIST /v1/secret/metadata/ HTTP/1.1',
  'GET /v1/a/%2e%2e/b HTTP/1.1',
  'GET http://localhost/v1/a HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'PATCH /v1/a?list=true&x=%zz HTTP/1.0',
  'GET /v1/a HTTP/2.0',
  'CONNECT a:1 HTTP/1.1',
  'TRACE /v1/a HTTP/1.1',
];
const headers = [
  'Host: localhost',
  'Host: evil.example',
  'Host: a\r\nHost: b',
  'X-Vault-Token: t',
  'X-Vault-Token: t\r\nX-Vault-Token: u',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 5, 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Content-Type: application/json',
  'Content-Encoding: gzip',
  'Expect: 100-continue',
  'Connection: close',
  'Connection: upgrade',
  'Upgrade: websocket',
  'Origin: http://evil',
  'X-Vault-Namespace: a/../b',
  'X-Vault-Wrap-TTL: 9e9',
  ': empty',
  'X\0: y',
  ' folded: z',
  'X-Vault-Request: true',
  `X-Long: ${'x'.repeat(20_000)}`,
];
const bodies = [
  'hello',
  '{"a":1}',
  '5\r\nhello\r\n0\r\n\r\n',
  'fffffffffffffffff\r\n',
  '0\r\n\r\n',
  '',
];

const request = fc
  .tuple(
    fc.constantFrom(...lines),
    fc.array(fc.constantFrom(...headers), { maxLength: 5 }),
    fc.constantFrom(...bodies),
  )
  .map(([line, fields, body]) => [line, ...fields, '', body].join('\r\n'));

const noise = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

const streams = fc.array(
  fc.oneof({ weight: 5, arbitrary: request }, { weight: 1, arbitrary: noise }),
  { minLength: 1, maxLength: 4 },
);

interface Answers {
  readonly statuses: readonly number[];
  /** What is left when no whole answer stands there. */
  readonly rest: string;
}

/** Answers that stand one behind the other, by their lengths. */
function readAnswers(text: string): Answers {
  const statuses: number[] = [];
  let rest = text;
  for (;;) {
    const { groups } = /^HTTP\/1\.1 (?<status>\d{3}) [^\r]*\r\n(?<head>[^]*?)\r\n\r\n/u.exec(
      rest.replace(/^(HTTP\/1\.1 100 Continue)\r\n\r\n/u, '$1\r\nx:\r\n\r\n'),
    ) ?? { groups: undefined };
    if (groups === undefined) return { statuses, rest };
    const { status = '', head = '' } = groups;
    const headEnd = rest.indexOf('\r\n\r\n') + 4;
    const length = Number(/^content-length: (\d+)$/imu.exec(head)?.[1] ?? 0);
    if (rest.length < headEnd + length) return { statuses, rest };
    statuses.push(Number(status));
    rest = rest.slice(headEnd + length);
  }
}

async function rawBytes(end: AtEnd): Promise<fc.IRawProperty<unknown>> {
  const { listener, requests, send } = await startListener(end, { limits });
  return fc.asyncProperty(streams, fc.nat(), async (parts, cut) => {
    requests.length = 0;
    const client = await RawClient.connect(listener.address);
    const bytes = parts.join('');
    const at = cut % (bytes.length + 1);
    client.write(bytes.slice(0, at));
    client.socket.end(Buffer.from(bytes.slice(at), 'latin1'));
    const { statuses, rest } = readAnswers(await client.closed());
    assert.equal(rest, '', 'every answer is whole');
    const final = statuses.filter((status) => status >= 200);
    assert.ok(
      final.every((status) => status < 500),
      `answered ${final.join(' ')}`,
    );
    assert.equal(final.filter((status) => status < 300).length, requests.length);
    const clean = await send('GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.equal(clean.status, 200, 'the next client is served');
  });
}

export const httpEdgeTargets: readonly Target[] = [
  {
    name: 'http-edge/raw-bytes',
    claim: 'raw bytes get whole answers below 500, one 200 for each request handed on',
    testRuns: 300,
    prepare: rawBytes,
  },
];
