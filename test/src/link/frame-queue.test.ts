import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackOff } from '../../../src/link/back-off.ts';
import { FrameQueue } from '../../../src/link/frame-queue.ts';
import {
  networkBufferBytesMax,
  queuedBytesMax,
  queuedFramesMax,
  redialTicksMax,
} from '../../../src/link/limits.ts';

class SlowNetwork {
  readonly sent: Uint8Array[] = [];
  buffered = 0;

  send(frame: Uint8Array): void {
    this.sent.push(frame);
    this.buffered += frame.length;
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  close(): void {}
}

test('frames keep their order when the network takes them a part at a time', () => {
  const network = new SlowNetwork();
  const queue = new FrameQueue(network);
  const frames = Array.from({ length: 10 }, () => new Uint8Array(networkBufferBytesMax / 2));
  for (const frame of frames) assert.ok(queue.send(frame));
  assert.equal(network.sent.length, 2);
  assert.equal(queue.waitingBytes, 8 * (networkBufferBytesMax / 2));
  while (network.sent.length < frames.length) {
    network.buffered = 0;
    queue.drain();
  }
  assert.ok(network.sent.every((frame, position) => frame === frames[position]));
  assert.equal(queue.waitingBytes, 0);
});

test('a queue holds so many bytes and frames, and refuses the next', () => {
  const network = new SlowNetwork();
  network.buffered = networkBufferBytesMax;
  const byBytes = new FrameQueue(network);
  const half = new Uint8Array(queuedBytesMax / 2);
  assert.deepEqual([byBytes.send(half), byBytes.send(half)], [true, true]);
  assert.equal(byBytes.send(new Uint8Array(1)), false);
  const byFrames = new FrameQueue(network);
  for (let count = 0; count < queuedFramesMax; count += 1) {
    assert.ok(byFrames.send(new Uint8Array(1)));
  }
  assert.equal(byFrames.send(new Uint8Array(1)), false);
});

test('waits grow to their limit, and begin anew after a success', () => {
  const longest = new BackOff((bound) => bound - 1);
  const waits = Array.from({ length: 8 }, () => longest.next());
  assert.deepEqual(waits, [
    2,
    4,
    8,
    16,
    redialTicksMax,
    redialTicksMax,
    redialTicksMax,
    redialTicksMax,
  ]);
  longest.reset();
  assert.equal(longest.next(), 2);
  const shortest = new BackOff(() => 0);
  assert.deepEqual([shortest.next(), shortest.next(), shortest.next()], [1, 2, 4]);
});
