/** The link between the first request thread and a serving one, both ends here. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { ClientSignal } from '../../../agent/http/client-signal.ts';
import type { UpgradePort } from '../../../agent/http/edge-context.ts';
import { hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { FirstThread, type ServingOrders } from '../../../agent/serving/first-thread.ts';
import type { KeyOrder, PassedConsole } from '../../../agent/serving/messages.ts';
import type { ServedPorts } from '../../../agent/serving/serving-thread.ts';
import { RelayedConsoles } from '../../../agent/serving/relayed-consoles.ts';
import { ServingThreads } from '../../../agent/serving/serving-threads.ts';
import { PortDuplex } from '../../../agent/threads/port-duplex.ts';
import type { AuditEntry } from '../../../shared/audit/entry.ts';
import { failure, isFailure, type StrongBoxError } from '../../../shared/errors/failure.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import type { CoreAnswer, CoreRequest } from '../../../src/core/request.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { waitFor } from '../../support/wait-for.ts';

const consoles: UpgradePort = {
  path: '/v1/sys/control',
  refusalOf: () => undefined,
  accept: () => undefined,
};

class Room implements Disposable {
  readonly first: FirstThread;
  readonly threads: ServingThreads;
  readonly orders: KeyOrder['kind'][] = [];
  readonly fatal: StrongBoxError[] = [];
  /** Thrown by the next order. */
  failing: StrongBoxError | undefined;
  readonly #ports: Partial<ServedPorts>;

  constructor(ports: Partial<ServedPorts> = {}, timers = hostTimers) {
    const { port1, port2 } = new MessageChannel();
    this.#ports = ports;
    this.first = new FirstThread(port2);
    const onFatal = (reason: StrongBoxError): void => void this.fatal.push(reason);
    this.threads = new ServingThreads({ ports: [port1], timers, onFatal });
  }

  async begin(orders: Partial<ServingOrders> = {}): Promise<void> {
    const obey = async (order: KeyOrder): Promise<void> => {
      this.orders.push(order.kind);
      if (this.failing !== undefined) throw this.failing;
    };
    const none = (): void => undefined;
    const begun = this.first.begin({ obey, newTerm: none, replaceIdentity: none, ...orders });
    const ports = {
      handler: { handle: async (): Promise<CoreAnswer> => ({ status: 204, body: undefined }) },
      trail: { appendText: async () => ({ index: 0 }) },
      consoles,
      observe: none,
      stopping: none,
      learnTerm: none,
      ...this.#ports,
    };
    this.threads.welcome(ports, { logName: new Uint8Array(16), listeners: [] });
    await begun;
  }

  [Symbol.dispose](): void {
    this.first.close();
  }
}

function requestOf(changes: Partial<CoreRequest> = {}): CoreRequest {
  return {
    id: 'f3b1f0ee-6c1d-4c0b-9d3e-000000000000',
    method: 'write',
    path: canonicalPath('sys/unseal'),
    token: 'hvs.x',
    namespace: undefined,
    query: new Map([['list', ['true']]]),
    body: Buffer.from('{"key":"share"}'),
    contentType: undefined,
    wrapTtlSeconds: undefined,
    remote: { address: '127.0.0.1', port: 9, transport: 'tcp', local: true },
    signal: undefined,
    ...changes,
  };
}

test('a request is answered as if it had been asked there, and its body is zeroed', async () => {
  const seen: CoreRequest[] = [];
  let body = '';
  const handle = async (request: CoreRequest): Promise<CoreAnswer> => {
    seen.push(request);
    body = Buffer.from(request.body).toString();
    return { status: 200, body: { data: { nested: ['x'] } } };
  };
  using room = new Room({ handler: { handle } });
  await room.begin();
  const request = requestOf();
  const answer = await room.first.handle(request);
  assert.deepEqual(answer, { status: 200, body: { data: { nested: ['x'] } } });
  const { body: _body, signal: _signal, ...rest } = request;
  const { body: passed, signal, ...others } = seen[0] ?? requestOf();
  assert.deepEqual(others, rest);
  assert.equal(signal?.aborted, false);
  assert.equal(body, '{"key":"share"}');
  await waitFor('the zeroes', () => passed.every((byte) => byte === 0));
  assert.equal(Buffer.from(request.body).toString(), body, 'the edge zeroes its own');
});

test('a refusal crosses as it was thrown', async () => {
  const handle = (): Promise<CoreAnswer> => Promise.reject(failure('seal.nonce-mismatch'));
  using room = new Room({ handler: { handle } });
  await room.begin();
  await assert.rejects(room.first.handle(requestOf()), (error) =>
    isFailure(error, 'seal.nonce-mismatch'),
  );
});

test('that a client has gone is told while its request is under way', async () => {
  const passed = Promise.withResolvers<CoreRequest>();
  const answer = Promise.withResolvers<CoreAnswer>();
  const handle = (request: CoreRequest): Promise<CoreAnswer> => {
    passed.resolve(request);
    return answer.promise;
  };
  using room = new Room({ handler: { handle } });
  await room.begin();
  const signal = new ClientSignal();
  const asked = room.first.handle(requestOf({ signal }));
  const request = await passed.promise;
  assert.equal(request.signal?.aborted, false);
  signal.abort();
  await waitFor('the news', () => request.signal?.aborted === true);
  const gone = new ClientSignal();
  gone.abort();
  const askedLater = room.first.handle(requestOf({ signal: gone }));
  answer.resolve({ status: 204, body: undefined });
  assert.equal((await asked).status, 204);
  assert.equal((await askedLater).status, 204);
});

test('a record gets its place in the log, or why it has none', async () => {
  const texts: string[] = [];
  const appendText = async (line: string): Promise<{ readonly index: number }> => {
    if (texts.length === 1) throw failure('audit.unavailable', { devices: 'none' });
    texts.push(line);
    return { index: 7 };
  };
  using room = new Room({ trail: { appendText } });
  await room.begin();
  const entry: AuditEntry = { type: 'event', time: '2026-01-01T00:00:00.000Z', event: 'sealed' };
  assert.deepEqual(await room.first.append(entry), { index: 7 });
  assert.deepEqual(
    texts.map((line) => JSON.parse(line)),
    [entry],
  );
  await assert.rejects(room.first.append(entry), (error) => isFailure(error, 'audit.unavailable'));
});

test('keys are ordered one after the other, and what failed there fails here', async () => {
  using room = new Room();
  await room.begin();
  await room.threads.open(new SecretKey(Buffer.alloc(32, 1)).share());
  await room.threads.close();
  assert.deepEqual(room.orders, ['open', 'close']);
  room.failing = failure('barrier.keyring-missing', { key: 'k' });
  await assert.rejects(room.threads.close(), (error) =>
    isFailure(error, 'barrier.keyring-missing'),
  );
  assert.deepEqual(room.fatal, []);
});

test('a thread that is silent about its keys is the end of the process', async () => {
  const fired: (() => void)[] = [];
  const timers = {
    ...hostTimers,
    after: (_delayMs: number, act: () => void) => {
      fired.push(act);
      return () => undefined;
    },
  };
  using room = new Room({}, timers);
  await room.begin({ obey: () => new Promise<void>(() => undefined) });
  void room.threads.close();
  for (const fire of fired) fire();
  assert.deepEqual(
    room.fatal.map(({ code }) => code),
    ['runtime.thread-silent'],
  );
});

test('a thread that has let go has no keys, and is asked no more', async () => {
  const room = new Room({ handler: { handle: () => new Promise(() => undefined) } });
  await room.begin();
  const asked = room.first.handle(requestOf());
  room.first.close();
  await assert.rejects(asked, (error) => isFailure(error, 'http.stopping'));
  await waitFor('the end', async () => {
    await room.threads.close();
    return room.orders.length === 0;
  });
});

test('terms and certificates are told', async () => {
  const told: unknown[] = [];
  const learnt: string[] = [];
  const learnTerm = (namespace: string): void => void learnt.push(namespace);
  using room = new Room({ learnTerm } as Partial<ServedPorts>);
  await room.begin({
    newTerm: (namespace) => told.push(namespace),
    replaceIdentity: (at, { key }) => told.push([at, Buffer.from(key).toString()]),
  });
  room.threads.tellNewTerm('root');
  room.threads.replaceIdentity(1, { key: Buffer.from('key'), certificate: Buffer.from('c') });
  await waitFor('both', () => told.length === 2);
  assert.deepEqual(told, ['root', [1, 'key']]);
  room.first.tellNewTerm('other');
  await waitFor('the way back', () => learnt.length > 0);
  assert.deepEqual([learnt, told.length], [['other'], 2], 'not told to whoever told it');
});

test('figures are counted with those of the first thread', async () => {
  const outcomes: unknown[] = [];
  using room = new Room({ observe: (outcome) => outcomes.push(outcome) });
  await room.begin();
  const none = { limitUnits: 1, underWayUnits: 0, refused: 2 };
  room.first.tellFigures({
    outcomes: [{ method: 'read', status: 200, durationsMs: [1, 2] }],
    admission: { read: none, list: none, write: none, bulk: none, control: none },
    connections: 5,
  });
  await waitFor('them', () => outcomes.length === 2);
  assert.equal(room.threads.connections, 5);
  const state = room.threads.admissionWith({ state: () => none }).state('read');
  assert.deepEqual(state, { limitUnits: 2, underWayUnits: 0, refused: 4 });
});

test('a console is taken over with its binding, or refused over its own connection', async () => {
  const taken: { request: IncomingMessage; stream: Duplex }[] = [];
  const refusals: StrongBoxError[] = [];
  const port: UpgradePort = {
    ...consoles,
    refusalOf: () => refusals[0],
    accept: (request, stream) => void taken.push({ request, stream }),
  };
  using room = new Room({ consoles: port });
  await room.begin();
  const pass = (): PortDuplex => {
    const { port1, port2 } = new MessageChannel();
    const { remote } = requestOf();
    const headers = { 'sec-websocket-key': 'k' };
    room.first.passConsole({ headers, url: port.path, remote, binding: 'b', port: port2 });
    return new PortDuplex(port1);
  };
  const client = pass();
  await waitFor('it', () => taken.length === 1);
  const [console] = taken;
  assert.ok(console !== undefined);
  assert.equal(console.request.headers['sec-websocket-key'], 'k');
  assert.equal((console.stream as PortDuplex).binding, 'b');
  console.stream.end('hello');
  assert.equal(await text(client), 'hello');
  client.destroy();

  refusals.push(failure('control.too-many-sockets', { kind: 'in all' }));
  const refused = pass();
  const ended = once(refused, 'close');
  assert.match(await text(refused), /^HTTP\/1\.1 429 /u);
  refused.destroy();
  await ended;
  assert.equal(taken.length, 1);
});

test('a client that was refused and stays is not waited for', async () => {
  const passed: PassedConsole[] = [];
  const passConsole = (console: PassedConsole): void => void passed.push(console);
  let fire = (): void => undefined;
  const timers = {
    ...hostTimers,
    after: (_delayMs: number, act: () => void) => {
      fire = act;
      return () => undefined;
    },
  };
  const relayed = new RelayedConsoles({ passConsole }, timers);
  const { port1, port2 } = new MessageChannel();
  const [client, socket] = [new PortDuplex(port1), new PortDuplex(port2)];
  const request = { headers: {} } as IncomingMessage;
  relayed.accept(request, socket, requestOf().remote);
  const [console] = passed;
  assert.ok(console !== undefined);
  new PortDuplex(console.port).end('refused');
  assert.equal(await text(client), 'refused');
  const closed = once(client, 'close');
  fire();
  await closed;
});
