import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FramingCase, refusedCases, servedCases } from './framing-cases.ts';
import { type Outcome, ShimHarness } from './shim-harness.ts';

const harness = new ShimHarness({ shim: true });

/** Long cases say nothing more at every byte than at every 997th. */
function splitPoints(bytes: Buffer): number[] {
  const step = bytes.length > 1_000 ? 997 : 1;
  const points = [];
  for (let at = 1; at < bytes.length; at += step) points.push(at);
  return points;
}

function check(framing: FramingCase, outcome: Outcome, how: string): void {
  const got = outcome.requests.map(({ verb, body }) => [verb, body]);
  assert.deepEqual(got, framing.requests, `${framing.name}, ${how}`);
  const refusals = outcome.statuses.filter((status) => status !== 200);
  const wanted = framing.refusal === undefined ? [] : [framing.refusal];
  assert.deepEqual(refusals, wanted, `${framing.name}, ${how}`);
  if (framing.refusal !== undefined || framing.closed) {
    assert.equal(outcome.closed, true, `${framing.name}, ${how}`);
  }
}

for (const framing of [...servedCases, ...refusedCases]) {
  test(`framing, at every split: ${framing.name}`, async () => {
    const bytes = Buffer.from(framing.bytes, 'latin1');
    check(framing, await harness.feed([bytes]), 'whole');
    for (const at of splitPoints(bytes)) {
      const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
      check(framing, await harness.feed(chunks), `split at ${at}`);
    }
    if (bytes.length > 1_000) return;
    const single = [...bytes].map((byte) => Buffer.of(byte));
    check(framing, await harness.feed(single), 'byte by byte');
  });
}

test('the chunk that holds the next request is left as it came when it is a body', async () => {
  const body = 'LIST SCAN HELP LIST ';
  const head = `PUT /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`;
  for (let at = 0; at <= body.length; at += 1) {
    const chunks = [head, body.slice(0, at), body.slice(at)].filter((text) => text !== '');
    const outcome = await harness.feed(chunks.map((text) => Buffer.from(text)));
    assert.deepEqual(outcome.requests, [{ verb: 'PUT', target: '/v1/x', body }]);
  }
});

test('an answer before the end of the body does not make the body a request', async () => {
  const early = new ShimHarness({ shim: true, early: true });
  const body = 'LIST /v1/y HTTP/1.1\r\n';
  const head = `POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 * body.length}\r\n\r\n`;
  const next = 'LIST /v1/z HTTP/1.1\r\nHost: a\r\n\r\n';
  const outcome = await early.feed([head, body, body, next].map((text) => Buffer.from(text)));
  const seen = outcome.requests.map(({ verb, target }) => [verb, target]);
  assert.deepEqual(seen, [
    ['POST', '/v1/x'],
    ['LIST', '/v1/z'],
  ]);
  assert.deepEqual(outcome.statuses, [200, 200]);
});

test('a client that sends empty lines for ever is closed', async () => {
  const outcome = await harness.feed([Buffer.from('\r\n'.repeat(5))]);
  assert.equal(outcome.closed, true);
  assert.deepEqual(outcome.statuses, []);
});

test('the server that speaks of a request outside of its head is cut off', async () => {
  const { VerbShim } = await import('../../../../agent/http/connection/verb-shim.ts');
  const { PassThrough } = await import('node:stream');
  const shim = new VerbShim(new PassThrough() as never, { lingerMs: 1_000 });
  shim.begin({ complete: true }, { kind: 'length', bytes: 0 });
  assert.equal(shim.destroyed, true);
});
