/** What it costs to seal and to open a value. */
import { SystemRandom } from '../../agent/runtime/random.ts';
import { rootNamespaceId } from '../../shared/ids.ts';
import { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { ManualClock } from '../support/manual-clock.ts';

const rounds = 20_000;
const warmRounds = 3_000;
const sizesBytes = [100, 1_024, 16_384];
const key = 'ns/root/data/0123456789abcdef/app/production/database v 0000000001';
const nameWidth = 52;

export async function benchBarrier(): Promise<void> {
  const random = new SystemRandom();
  const store = new MemoryStore({ clock: new ManualClock() });
  const rootKey = random.bytes(32);
  const founder = new KeyringBarrier({ store, random });
  await store.commit({ compare: [], then: [founder.found(rootKey, 0)], else: [] });
  const barrier = new KeyringBarrier({ store, random });
  await barrier.unseal(rootKey);
  for (const size of sizesBytes) {
    const plaintext = random.bytes(size);
    await barrier.reserve(rootNamespaceId, rounds + warmRounds + 1);
    const envelope = barrier.seal(rootNamespaceId, key, plaintext);
    measure(`seal ${size} bytes`, () => barrier.seal(rootNamespaceId, key, plaintext));
    measure(`open ${size} bytes`, () => barrier.open(rootNamespaceId, key, envelope));
  }
}

function measure(name: string, work: () => void): void {
  for (let round = 0; round < warmRounds; round += 1) work();
  const startMs = performance.now();
  for (let round = 0; round < rounds; round += 1) work();
  const microseconds = ((performance.now() - startMs) * 1_000) / rounds;
  console.log(`${name.padEnd(nameWidth)} ${microseconds.toFixed(1).padStart(15)} µs`);
}
