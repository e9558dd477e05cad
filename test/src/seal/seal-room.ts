/** A seal over a store in memory, with time and chance in the test's hands. */
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { IssuedShare } from '../../../src/seal/found.ts';
import { Seal } from '../../../src/seal/seal.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const silent = (): void => undefined;
export const silentLog: Log = { debug: silent, info: silent, warn: silent, error: silent };

export interface SealRoom {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly barrier: KeyringBarrier;
  readonly seal: Seal;
  /** How often a collection was forced. */
  readonly collections: { count: number };
}

/** A room over a new store, or over one that another room left behind. */
export function sealRoom(seed: string, shared?: SealRoom): SealRoom {
  const clock = shared?.clock ?? new ManualClock();
  const store = shared?.store ?? new MemoryStore({ clock });
  const random = new SeededRandom(seed);
  const barrier = new KeyringBarrier({ store, random });
  const collections = { count: 0 };
  const collectGarbage = (): void => {
    collections.count += 1;
  };
  const ports = { store, barrier, random, clock, timers: clock, log: silentLog, collectGarbage };
  return { clock, store, barrier, seal: new Seal(ports), collections };
}

export interface InitialisedRoom extends SealRoom {
  readonly shares: readonly IssuedShare[];
}

/** A room whose seal is initialised, and sealed. */
export async function initialisedRoom(shares: number, threshold: number): Promise<InitialisedRoom> {
  const room = sealRoom(`seal ${shares} ${threshold}`);
  await room.seal.load();
  const made = await room.seal.initialise({ shares, threshold }, () => Promise.resolve([]));
  return { ...room, shares: made.shares };
}

/** The framed text of the share with that index. */
export function framed({ shares }: InitialisedRoom, index: number): Uint8Array<ArrayBuffer> {
  const share = shares[index - 1];
  if (share === undefined) throw new Error(`there is no share ${index}`);
  return share.framed.slice();
}

/** The raw share with that index, as hex. */
export function hex({ shares }: InitialisedRoom, index: number): Uint8Array {
  return new TextEncoder().encode(Buffer.from(shares[index - 1]?.raw ?? []).toString('hex'));
}
