/**
 * A server's life up to unsealed, with keys that can be told in advance: run once in a child
 * process whose memory is searched, and once here to know what to search for.
 */
import { secretBytes } from '../../../shared/secret-bytes.ts';
import { rootNamespaceId } from '../../../shared/ids.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { zero } from '../../../src/crypto/bytes.ts';
import type { Random } from '../../../src/ports/random.ts';
import type { IssuedShare } from '../../../src/seal/found.ts';
import { Seal } from '../../../src/seal/seal.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { silentLog } from './seal-room.ts';

const values = 24;

/** Computes each byte from its place alone, so that no copy of one is left in the generator. */
export class PlacedRandom implements Random {
  readonly #seen: (bytes: Uint8Array) => void;
  #calls = 0;

  constructor(seen: (bytes: Uint8Array) => void = () => undefined) {
    this.#seen = seen;
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = secretBytes(count);
    this.#calls += 1;
    for (let at = 0; at < count; at += 1) bytes[at] = byteAt(this.#calls, at);
    this.#seen(bytes);
    return bytes;
  }
}

/** Two rounds of a multiplicative mix. */
function byteAt(call: number, at: number): number {
  let mixed = Math.imul(call * 0x1_0001 + at + 0x9e37, 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 8) & 0xff;
}

/**
 * Initialises (2 of 3), unseals, rotates once, seals values and opens them. `issued` sees the
 * shares before they are zeroed.
 */
export async function runToUnsealed(
  random: Random,
  collectGarbage: () => void,
  issued: (shares: readonly IssuedShare[]) => void = () => undefined,
): Promise<Seal> {
  const clock = new ManualClock();
  const store = new MemoryStore({ clock });
  const barrier = new KeyringBarrier({ store, random });
  const ports = { store, barrier, random, clock, timers: clock, log: silentLog, collectGarbage };
  const seal = new Seal(ports);
  const prepare = (): Promise<[]> => Promise.resolve([]);
  const { shares } = await seal.initialise({ shares: 3, threshold: 2 }, prepare);
  issued(shares);
  for (const { framed } of shares.slice(1)) await seal.submit(framed);
  for (const { raw, framed } of shares) zero(raw, framed);
  await barrier.rotate(rootNamespaceId);
  await barrier.reserve(rootNamespaceId, values);
  for (let value = 0; value < values; value += 1) {
    const envelope = barrier.seal(rootNamespaceId, `k${value}`, new Uint8Array(100));
    barrier.open(rootNamespaceId, `k${value}`, envelope);
  }
  return seal;
}
