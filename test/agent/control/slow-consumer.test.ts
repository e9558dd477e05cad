import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  auditUpdateBytesMax,
  unsentAnonymousBytesHigh,
  unsentBytesHigh,
  unsentBytesMax,
  unsentTotalBytesMax,
} from '../../../agent/control/limits.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { frame, handshake, shake } from './raw-handshake.ts';
import { startServer } from './server-harness.ts';

const mebibyte = 1_048_576;
const lineBytes = 16_384;

test('a console that does not read loses lines, never memory, and is told how many', async (t) => {
  const { control, core, tail, dial } = await startServer(t);
  const console = await dial();
  await console.call('authenticate', { token: core.rootToken });
  await console.call('subscribe', { topic: 'audit' });
  console.socket.pause();

  let highest = 0;
  const lines = (128 * mebibyte) / lineBytes;
  for (let index = 0; index < lines; index += 1) {
    tail.written(utf8Encode(`{"index":${index}}${' '.repeat(lineBytes)}\n`), index + 1);
    if (index % 8 === 0) await turn();
    highest = Math.max(highest, control.unsentBytes);
  }
  // Until what was sent has filled the kernel's buffers and is held back here.
  while (control.unsentBytes <= unsentBytesHigh) {
    tail.written(utf8Encode(`{"index":0}${' '.repeat(lineBytes)}\n`), 0);
    await turn();
  }
  highest = Math.max(highest, control.unsentBytes);
  t.diagnostic(`at most ${highest} bytes were held back`);
  assert.ok(highest <= unsentBytesHigh + 2 * auditUpdateBytesMax);

  console.socket.resume();
  await console.update('audit', ({ dropped }) => dropped > 0);
  // It follows again, like any other.
  tail.written(utf8Encode('{"index":7,"last":true}\n'), 8);
  await console.update('audit', ({ lines: seen }) => seen.includes('{"index":7,"last":true}'));
  assert.equal((await console.call('ceremony.status', {})).state, 'done');
});

test('a slow console misses states in between, and gets the newest', async (t) => {
  const { control, core, tail, dial } = await startServer(t);
  const console = await dial();
  await console.call('authenticate', { token: core.rootToken });
  await console.call('subscribe', { topic: 'audit' });
  await console.call('subscribe', { topic: 'ceremony' });
  console.socket.pause();
  while (control.unsentBytes <= unsentBytesHigh) {
    tail.written(utf8Encode(`{"index":0}${' '.repeat(lineBytes)}\n`), 1);
    await turn();
  }
  const { ceremony } = core.built;
  for (let count = 0; count < 1_000; count += 1) {
    ceremony.join({ id: 'one', name: `name ${count}`, proved: false, view: 'v' });
  }
  console.socket.resume();
  const { sequence, snapshot } = await console.update('ceremony', ({ snapshot: seen }) =>
    seen.participants.some(({ name }) => name === 'name 999'),
  );
  assert.ok(sequence < 5, `${sequence} updates`);
  assert.equal(snapshot.participants.length, 1);
});

test('nothing more is read from who does not read, and in the end it is cut off', async (t) => {
  const { control, core, dial } = await startServer(t, { pingIntervalMs: 50, silenceMsMax: 500 });
  await core.data('write', 'sys/mounts/kv', { type: 'kv' });
  await core.data('write', 'kv/large', { value: 'v'.repeat(1_000_000) });
  const console = await dial();
  await console.call('authenticate', { token: core.rootToken });
  const answers = Array.from({ length: 60 }, async () => {
    await console.call('request', { operation: 'read', path: 'kv/large' }).catch(() => undefined);
  });
  console.socket.pause();
  let highest = 0;
  while (control.size > 0) {
    highest = Math.max(highest, control.unsentBytes);
    await turn();
  }
  t.diagnostic(`at most ${highest} bytes were held back`);
  assert.ok(highest <= unsentBytesMax + 2 * mebibyte);
  console.socket.resume();
  assert.notEqual(await console.closed, 1_000);
  await Promise.all(answers);
});

test('what all together do not take is bounded, too, and who takes what is sent stays', async (t) => {
  const { control, core, dial } = await startServer(t);
  await core.data('write', 'sys/mounts/kv', { type: 'kv' });
  await core.data('write', 'kv/large', { value: 'v'.repeat(1_000_000) });
  const good = await dial();
  const greedy = await Promise.all(Array.from({ length: 8 }, () => dial()));
  const answers: Promise<unknown>[] = [];
  let highest = 0;
  for (const console of greedy) {
    await console.call('authenticate', { token: core.rootToken });
    console.socket.pause();
    // Of each less than what cuts off one alone.
    for (let count = 0; count < 14; count += 1) {
      const answer = console.call('request', { operation: 'read', path: 'kv/large' });
      answers.push(answer.catch(() => undefined));
    }
    // Until the agent has done all that it will.
    for (let unchanged = 0, seen = 0; unchanged < 100; await turn()) {
      unchanged = seen === control.unsentBytes ? unchanged + 1 : 0;
      seen = control.unsentBytes;
      highest = Math.max(highest, seen);
    }
  }
  t.diagnostic(`at most ${highest} bytes were held back`);
  assert.ok(highest > unsentTotalBytesMax / 2, 'they do not take what is sent');
  assert.ok(highest <= unsentTotalBytesMax + 4 * mebibyte, `${highest} bytes`);
  assert.ok(control.size < 9);
  assert.equal((await good.call('ceremony.status', {})).state, 'done');
  for (const console of greedy) console.socket.terminate();
  await Promise.all(answers);
});

test('who has shown no token holds back little, so that a crowd of them cuts nobody off', async (t) => {
  const { control, dial } = await startServer(t);
  const console = await dial();
  console.socket.pause();
  const answers: Promise<unknown>[] = [];
  let unchanged = 0;
  // Until the kernel's buffers are full and nothing more is read.
  for (let batch = 0; batch < 10_000 && unchanged < 10; batch += 1) {
    for (let count = 0; count < 32; count += 1) {
      answers.push(console.call('ceremony.status', {}).catch(() => undefined));
    }
    const before = control.unsentBytes;
    for (let turns = 0; turns < 20; turns += 1) await turn();
    unchanged = before > 0 && before === control.unsentBytes ? unchanged + 1 : 0;
  }
  t.diagnostic(`${control.unsentBytes} bytes are held back`);
  assert.equal(control.size, 1);
  assert.ok(control.unsentBytes > unsentAnonymousBytesHigh);
  assert.ok(control.unsentBytes < 1.5 * unsentAnonymousBytesHigh);
  console.socket.terminate();
  await Promise.all(answers);
});

test('who asked for too much at once is cut off at once', async (t) => {
  const { control, core, port } = await startServer(t);
  await core.data('write', 'sys/mounts/kv', { type: 'kv' });
  await core.data('write', 'kv/large', { value: 'v'.repeat(1_000_000) });
  const { client } = await shake(`http://127.0.0.1:${port}`, handshake());
  const call = (id: number, method: string, params: object): Buffer =>
    frame({
      opcode: 1,
      payload: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params })),
    });
  client.socket.write(call(1, 'authenticate', { token: core.rootToken }));
  await once(client.socket, 'data');
  client.socket.pause();
  // All in one piece of input: they are read before the first answer is held back.
  const calls = Array.from({ length: 60 }, (_, at) =>
    call(at + 2, 'request', { operation: 'read', path: 'kv/large' }),
  );
  client.socket.write(Buffer.concat(calls));
  let highest = 0;
  while (control.size > 0) {
    highest = Math.max(highest, control.unsentBytes);
    await turn();
  }
  assert.ok(highest <= unsentBytesMax + 2 * mebibyte);
  client.close();
});
