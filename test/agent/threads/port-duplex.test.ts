/** A stream between two threads: nothing is lost, and a slow reader holds its writer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { PortDuplex } from '../../../agent/threads/port-duplex.ts';
import { waitFor } from '../../support/wait-for.ts';

function pair(): readonly [PortDuplex, PortDuplex] {
  const { port1, port2 } = new MessageChannel();
  return [new PortDuplex(port1), new PortDuplex(port2, 'bound')];
}

test('what is written on one side is read on the other, in order, to its end', async () => {
  const [one, other] = pair();
  for (const piece of ['a', 'bc', 'd'.repeat(100_000)]) one.write(piece);
  one.end('e');
  other.end('answer');
  assert.equal(await text(other), `abc${'d'.repeat(100_000)}e`);
  assert.equal(await text(one), 'answer');
  assert.deepEqual([one.binding, other.binding], ['', 'bound']);
});

test('the bytes of the writer stay its own', async () => {
  const [one, other] = pair();
  const bytes = Buffer.from('secret');
  one.end(bytes);
  assert.equal(await text(other), 'secret');
  assert.equal(bytes.toString(), 'secret');
  other.destroy();
});

test('a reader that takes nothing holds the writer, and what waits is counted there', async () => {
  const [one, other] = pair();
  const piece = Buffer.alloc(other.readableHighWaterMark, 'x');
  for (let count = 0; count < 8; count += 1) one.write(piece);
  await waitFor('the first piece', () => other.readableLength > 0);
  assert.equal(other.readableLength, piece.length, 'no more crosses than has room');
  assert.equal(one.writableLength, 8 * piece.length, 'a piece is written when it was read');
  one.end();
  assert.equal((await text(other)).length, 8 * piece.length);
  other.destroy();
});

test('a side that is destroyed takes the other with it', async () => {
  const [one, other] = pair();
  const closed = once(other, 'close');
  one.destroy();
  await closed;
  assert.equal(other.destroyed, true);
});
