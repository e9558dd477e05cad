/** Barriers over one store in memory, whose root namespace is founded. */
import assert from 'node:assert/strict';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { openKeyring } from '../../../src/barrier/keyring-record.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

export const rootKeyBytes: Uint8Array<ArrayBuffer> = new Uint8Array(32).fill(0x52);
export const text: Uint8Array<ArrayBuffer> = new TextEncoder().encode('the value');
export const code =
  (expected: ErrorCode): ((error: unknown) => boolean) =>
  (error) =>
    isFailure(error, expected);

interface Room {
  readonly store: MemoryStore;
  readonly random: SeededRandom;
  readonly barrier: KeyringBarrier;
  /** A further barrier over the same store: another agent, or this one after a restart. */
  another(): Promise<KeyringBarrier>;
}

export async function foundedRoom(): Promise<Room> {
  const store = new MemoryStore({ clock: new ManualClock() });
  const random = new SeededRandom('barrier');
  const another = async (): Promise<KeyringBarrier> => {
    const barrier = new KeyringBarrier({ store, random });
    await barrier.unseal(rootKeyBytes);
    return barrier;
  };
  const founder = new KeyringBarrier({ store, random });
  const put = founder.found(rootKeyBytes, 5_000);
  await store.commit({ compare: [], then: [put], else: [] });
  return { store, random, barrier: await another(), another };
}

export async function sealed(
  barrier: KeyringBarrier,
  key: string,
): Promise<Uint8Array<ArrayBuffer>> {
  await barrier.reserve('root', 1);
  return barrier.seal('root', key, text);
}

export async function storedTerms(
  store: MemoryStore,
): Promise<{ term: number; reservedUses: number }[]> {
  const { results } = await store.get([{ key: 'core/keyring/root' }]);
  assert.equal(results[0]?.kind, 'entry');
  const terms = openKeyring(new SecretKey(rootKeyBytes), 'root', results[0].entry.value);
  assert.ok(terms);
  return terms.map(({ term, reservedUses }) => ({ term, reservedUses }));
}
