import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../../../agent/http/admission/admission.ts';
import type { LimitRange } from '../../../../agent/http/admission/concurrency-limit.ts';
import { refusalsAheadMax } from '../../../../agent/http/admission/limits.ts';
import type { AtEnd } from '../../../fuzz/target.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  type Harness,
  type HarnessOptions,
  type RawAnswer,
  type RawClient,
  requestText,
  startListener,
  transports,
} from '../listener-harness.ts';

/** A listener whose agent takes on one request of each kind; `full` holds them. */

const options = { timeout: 20_000 };
const one: LimitRange = { leastUnits: 1, mostUnits: 1, targetMs: Number.POSITIVE_INFINITY };
const small = 'Content-Length: 2\r\n';

interface Stage extends Harness {
  readonly admission: Admission;
  /** Puts one request of each kind under way and keeps it there; returns what lets them go. */
  full(): Promise<() => Promise<void>>;
}

async function stage(t: AtEnd, more: HarnessOptions = {}): Promise<Stage> {
  const admission = new Admission({ read: one, list: one, write: one, bulk: one });
  const release: (() => void)[] = [];
  const harness = await startListener(t, {
    ...more,
    admission,
    handle: async ({ path }) => {
      if (path.startsWith('held/')) await new Promise<void>((go) => release.push(go));
      return { status: 200, body: {} };
    },
  });
  const full = async (): Promise<() => Promise<void>> => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => harness.connect()));
    clients[0]?.write(requestText('GET /v1/held/read'));
    clients[1]?.write(requestText('POST /v1/held/write', small, '{}'));
    const large = 'Content-Length: 70000\r\n';
    clients[2]?.write(requestText('POST /v1/held/bulk', large, '{}'.padEnd(70_000)));
    clients[3]?.write(requestText('LIST /v1/held/list'));
    await waitFor('four requests under way', () => release.length === 4);
    return async () => {
      for (const go of release.splice(0)) go();
      for (const client of clients) {
        assert.equal((await client.answer()).status, 200);
        client.close();
      }
    };
  };
  return { ...harness, admission, full };
}

async function ask(client: RawClient, text: string): Promise<RawAnswer> {
  client.write(text);
  return client.answer();
}

function assertRefused({ status, headers, body }: RawAnswer): void {
  assert.equal(status, 429);
  assert.equal(headers.get('retry-after'), '1');
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('date') ?? '', /GMT$/);
  assert.deepEqual(JSON.parse(body).error_codes, ['request.overloaded']);
}

for (const transport of transports) {
  test(
    `reads and writes beyond the limit get 429 and keep their connection: ${transport}`,
    options,
    async (t) => {
      const { full, connect, admission } = await stage(t, { transport });
      const release = await full();
      const client = await connect();
      // The first goes to Node, the others are refused before it sees them.
      for (const line of ['GET /v1/a', 'GET /v1/a', 'LIST /v1/a', 'SCAN /v1/a?x=1']) {
        assertRefused(await ask(client, requestText(line)));
      }
      assertRefused(await ask(client, requestText('POST /v1/a', small, '{}')));
      assertRefused(await ask(client, requestText('DELETE /v1/a')));
      assert.equal(admission.state('read').refused, 2);
      assert.equal(admission.state('list').refused, 2);
      assert.equal(admission.state('write').refused, 2);
      await release();
      for (const line of ['GET /v1/a', 'LIST /v1/a']) {
        assert.equal((await ask(client, requestText(line))).status, 200);
      }
      assert.equal((await ask(client, requestText('POST /v1/a', small, '{}'))).status, 200);
      client.close();
    },
  );
}

test('a refusal reads the same whichever way it went', options, async (t) => {
  const { full, connect } = await stage(t);
  const release = await full();
  const client = await connect();
  const [common, early] = [
    await ask(client, requestText('GET /v1/a')),
    await ask(client, requestText('GET /v1/a')),
  ];
  const shown = ({ headers, ...rest }: RawAnswer): unknown => {
    const stays = [...headers].filter(([name]) => !/^(date|connection|keep-alive)$/.test(name));
    return { ...rest, headers: stays.toSorted() };
  };
  assert.deepEqual(shown(early), shown(common));
  await release();
  client.close();
});

test(
  'what tells of an overload or ends one is served while all else is refused',
  options,
  async (t) => {
    const { full, send } = await stage(t);
    const release = await full();
    const served = ['health', 'seal-status', 'leader', 'init', 'metrics'].map(
      (path) => `GET /v1/sys/${path}`,
    );
    for (const line of served) assert.equal((await send(requestText(line))).status, 200, line);
    for (const path of ['unseal', 'step-down', 'seal']) {
      const answer = await send(requestText(`PUT /v1/sys/${path}`, small, '{}'));
      assert.equal(answer.status, 200, path);
    }
    for (const line of ['GET /v1/sys/mounts', 'PUT /v1/sys/health', 'GET /v1/sys/unseal']) {
      assertRefused(await send(requestText(line)));
    }
    await release();
  },
);

test('reads are taken on while writes are full, and the other way round', options, async (t) => {
  const { connect, send, requests } = await stage(t);
  const reader = await connect();
  reader.write(requestText('GET /v1/held/read'));
  await waitFor('a read under way', () => requests.length === 1);
  assert.equal((await send(requestText('POST /v1/a', small, '{}'))).status, 200);
  assertRefused(await send(requestText('GET /v1/a')));
  reader.close();
});

const lists = ['LIST /v1/a', 'SCAN /v1/a', 'GET /v1/a?list=true', 'GET /v1/a?%73can=1'];
const reads = ['GET /v1/a', 'GET /v1/a?list=false', 'GET /v1/a?version=2'];

for (const [held, refused, served] of [
  ['LIST /v1/held/a', lists, reads],
  ['GET /v1/held/a', reads, lists],
] as const) {
  test(`only its own kind waits for ${held}`, options, async (t) => {
    const { connect, requests } = await stage(t);
    const [holder, client] = [await connect(), await connect()];
    holder.write(requestText(held));
    await waitFor('a request under way', () => requests.length === 1);
    for (const line of served) assert.equal((await ask(client, requestText(line))).status, 200);
    for (const line of refused) assertRefused(await ask(client, requestText(line)));
    for (const line of served) assert.equal((await ask(client, requestText(line))).status, 200);
    holder.close();
    client.close();
  });
}

test('a large body waits for no small ones, and they not for it', options, async (t) => {
  const { connect, send, requests } = await stage(t);
  const large = 'Content-Length: 70000\r\n';
  const body = '{}'.padEnd(70_000);
  const bulk = await connect();
  bulk.write(requestText('POST /v1/held/bulk', large, body));
  await waitFor('a large body under way', () => requests.length === 1);
  assert.equal((await send(requestText('POST /v1/a', small, '{}'))).status, 200);
  assertRefused(await send(requestText('POST /v1/a', large, body)));
  bulk.close();
});

test('a body that drips takes no place from others', options, async (t) => {
  const { connect, send } = await stage(t);
  const slow = await connect();
  slow.write(requestText('POST /v1/slow', 'Content-Length: 100\r\n', 'a'));
  assert.equal((await send(requestText('POST /v1/a', small, '{}'))).status, 200);
  slow.close();
});

test('a large body is refused unread, with the end of its connection', options, async (t) => {
  const { full, connect } = await stage(t);
  const release = await full();
  const client = await connect();
  client.write(requestText('POST /v1/a', 'Content-Length: 1000000\r\n', 'x'));
  const answer = await client.answer();
  assertRefused(answer);
  assert.equal(answer.headers.get('connection'), 'close');
  await release();
  client.close();
});

test('who expects 100 Continue is refused before it sends its body', options, async (t) => {
  const { full, send } = await stage(t);
  const release = await full();
  assertRefused(await send(requestText('POST /v1/a', `${small}Expect: 100-continue\r\n`)));
  await release();
});

test('the place of a request is free again when its handler throws', options, async (t) => {
  const admission = new Admission({ read: one });
  const harness = await startListener(t, {
    admission,
    handle: () => {
      throw new Error('as it may');
    },
  });
  for (let count = 0; count < 3; count += 1) {
    assert.equal((await harness.send(requestText('GET /v1/a'))).status, 500);
  }
  assert.equal(admission.state('read').underWayUnits, 0);
});

/** Requests that are not plainly one read go to Node, whatever it makes of them. */
const notSimple: readonly (readonly [what: string, text: string, status: number | undefined])[] = [
  ['a bare line feed', 'GET /v1/a HTTP/1.1\nHost: localhost\r\n\r\n', 400],
  ['a body in a read', requestText('GET /v1/a', small, '{}'), 429],
  [
    'both lengths',
    requestText('GET /v1/a', `${small}Transfer-Encoding: chunked\r\n`, '0\r\n\r\n'),
    400,
  ],
  ['a space before the colon', 'GET /v1/a HTTP/1.1\r\nHost : localhost\r\n\r\n', 400],
  ['a folded header', requestText('GET /v1/a', 'X: a\r\n b\r\n'), 400],
  ['HTTP/1.0', 'GET /v1/a HTTP/1.0\r\nHost: localhost\r\n\r\n', 400],
  ['no Host', 'GET /v1/a HTTP/1.1\r\nX: y\r\n\r\n', 400],
  ['an Origin', requestText('GET /v1/a', 'Origin: https://evil.example\r\n'), 403],
  ['a byte above ASCII', requestText('GET /v1/\xe4'), 400],
];

for (const [what, text, status] of notSimple) {
  test(`not refused early: ${what}`, options, async (t) => {
    const { full, connect } = await stage(t);
    const release = await full();
    const client = await connect();
    assertRefused(await ask(client, requestText('GET /v1/a')));
    const answer = await ask(client, text);
    assert.equal(answer.status, status, answer.body);
    client.close();
    await release();
  });
}

test('requests in one piece are answered one by one, in order', options, async (t) => {
  const { full, connect } = await stage(t);
  const release = await full();
  const client = await connect();
  const health = requestText('GET /v1/sys/health');
  const read = requestText('GET /v1/a');
  client.write(`${read}${health}${read}${read}${health}`);
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await client.answer()).status);
  assert.deepEqual(statuses, [429, 200, 429, 429, 200]);
  client.close();
  await release();
});

for (const transport of transports) {
  test(`what is kept of a connection that rests goes with it: ${transport}`, options, async (t) => {
    const { full, connect, admission } = await stage(t, { transport });
    const release = await full();
    for (let count = 0; count < refusalsAheadMax; count += 1) {
      admission.pace.mayReadOn(() => undefined);
    }
    const clients = [await connect(), await connect()];
    for (const client of clients) assertRefused(await ask(client, requestText('GET /v1/a')));
    await waitFor('two connections that rest', () => admission.pace.resting === 2);
    for (const client of clients) client.close();
    await waitFor('nobody who rests', () => admission.pace.resting === 0);
    await release();
  });
}
