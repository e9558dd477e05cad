import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { SocketDuplex } from '../../../../agent/http/connection/socket-duplex.ts';
import { sentPieceBytes } from '../../../../agent/http/limits.ts';

/** A peer that takes what is written when a test says so. */
class SlowPeer extends Duplex {
  readonly taken: Buffer[] = [];
  #waiting: (() => void)[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#waiting.push(() => {
      this.taken.push(Buffer.from(chunk));
      done();
    });
  }

  /** Takes what is there; resolves when the writer knows. */
  async accept(): Promise<void> {
    for (const one of this.#waiting.splice(0)) one();
    await new Promise((resolve) => setImmediate(resolve));
  }

  readonly timers: number[] = [];
  bytesRead = 0;
  bytesWritten = 0;

  setTimeout(timeoutMs: number): this {
    this.timers.push(timeoutMs);
    return this;
  }
}

class WrittenTo extends SocketDuplex {
  /** As if the socket's timer had fired. */
  override idle(): void {
    super.idle();
  }

  override _read(): void {}
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
  }
}

function stage() {
  const peer = new SlowPeer();
  const duplex = new WrittenTo(peer as unknown as Socket);
  return { peer, duplex };
}

const limits = { stallMs: 30_000, sendMs: 300_000 };
/** Between what a test calls now and what the code under test does. */
const apartMs = 1_000;

test('a peer that takes nothing is closed when its time is over, not twice as late', () => {
  const { duplex } = stage();
  duplex.write(Buffer.alloc(10 * sentPieceBytes));
  duplex.limitSending(limits);
  duplex.deadline.check(performance.now() + limits.stallMs - apartMs);
  assert.equal(duplex.destroyed, false);
  duplex.deadline.check(performance.now() + limits.stallMs + apartMs);
  assert.equal(duplex.destroyed, true);
});

test('each piece that is taken gives its peer time again, up to the end of all', async () => {
  const { peer, duplex } = stage();
  duplex.write(Buffer.alloc(10 * sentPieceBytes));
  const begunMs = performance.now();
  duplex.limitSending(limits);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await peer.accept();
  duplex.deadline.check(begunMs + limits.stallMs + 50);
  assert.equal(duplex.destroyed, false);
  await peer.accept();
  duplex.deadline.check(begunMs + limits.sendMs + apartMs);
  assert.equal(duplex.destroyed, true);
});

test('an answer that has left ends the deadline with it', async () => {
  const { peer, duplex } = stage();
  duplex.write('short');
  duplex.limitSending(limits);
  await peer.accept();
  duplex.deadline.disarm();
  duplex.deadline.check(Number.POSITIVE_INFINITY);
  assert.equal(duplex.destroyed, false);
});

test('what goes in pieces comes as it was written, whatever it was made of', async () => {
  const { peer, duplex } = stage();
  const body = Buffer.from(
    Uint8Array.from({ length: 3 * sentPieceBytes + 7 }, (_, at) => at % 251),
  );
  duplex.cork();
  duplex.write('head: \u00e4\r\n', 'latin1');
  duplex.write(body);
  duplex.write('tail \u20ac', 'utf8');
  process.nextTick(() => duplex.uncork());
  for (let turn = 0; turn < 20; turn += 1) await peer.accept();
  const expected = Buffer.concat([
    Buffer.from('head: \u00e4\r\n', 'latin1'),
    body,
    Buffer.from('tail \u20ac'),
  ]);
  assert.deepEqual(Buffer.concat(peer.taken), expected);
});

function idleStage() {
  const { peer, duplex } = stage();
  let timeouts = 0;
  duplex.on('timeout', () => {
    timeouts += 1;
  });
  return { peer, duplex, timeouts: () => timeouts };
}

test('the socket has one timer, however often the server asks for another time', () => {
  const { peer, duplex } = idleStage();
  for (let request = 0; request < 3; request += 1) {
    duplex.setTimeout(30_000);
    duplex.setTimeout(61_000);
  }
  assert.deepEqual(peer.timers, [30_000]);
  duplex.setTimeout(10_000);
  assert.deepEqual(peer.timers, [30_000, 10_000]);
  duplex.setTimeout(0);
  duplex.setTimeout(20_000);
  assert.deepEqual(peer.timers, [30_000, 10_000, 0, 20_000]);
});

test('an idle connection is told when the time asked for last is over, and not before', () => {
  const { peer, duplex, timeouts } = idleStage();
  duplex.setTimeout(30_000);
  duplex.setTimeout(61_000);
  duplex.idle();
  assert.deepEqual([timeouts(), peer.timers], [0, [30_000, 31_000]]);
  duplex.idle();
  assert.deepEqual([timeouts(), peer.timers], [1, [30_000, 31_000]]);
});

test('what moves meanwhile begins the time anew', () => {
  const { peer, duplex, timeouts } = idleStage();
  duplex.setTimeout(30_000);
  duplex.setTimeout(61_000);
  duplex.idle();
  peer.bytesRead += 2;
  duplex.idle();
  assert.deepEqual([timeouts(), peer.timers], [0, [30_000, 31_000, 30_000]]);
  duplex.idle();
  assert.equal(timeouts(), 1);
});
