/**
 * The store of an agent that is stopped, unsealed in this process: what seeds it writes the same
 * bytes under the same keys as the agent would, through the same transactions and barrier, and
 * only leaves out HTTP, policies and the audit log.
 */
import { openEmbeddedStore } from '../../../agent/replica/open-store.ts';
import { hostClock, hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { SystemRandom } from '../../../agent/runtime/random.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { AuditHasher } from '../../../src/audit/hasher.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { dropSealedKeys, takeSealedKeys } from '../../../src/core/sealed-keys.ts';
import type { Random } from '../../../src/ports/random.ts';
import { Seal } from '../../../src/seal/seal.ts';
import type { TransactionRoom } from '../../../src/store/transact.ts';
import { TokenHasher } from '../../../src/tokens/token-hasher.ts';
import { silentLog } from '../../src/audit/support/bench-trail.ts';

export interface UnsealedStore extends AsyncDisposable {
  readonly room: TransactionRoom;
  readonly random: Random;
  readonly barrier: KeyringBarrier;
  readonly hasher: TokenHasher;
}

/** Opens a data folder that no agent holds, and unseals it with `shares` (base64). */
export async function openUnsealedStore(
  path: string,
  shares: readonly string[],
): Promise<UnsealedStore> {
  const opened = await openEmbeddedStore({
    path,
    clock: hostClock,
    timers: hostTimers,
    onFatal: (reason) => {
      throw reason;
    },
  });
  const { store } = opened;
  const random = new SystemRandom();
  const barrier = new KeyringBarrier({ store, random });
  const ports = { store, barrier, random, clock: hostClock, timers: hostTimers, log: silentLog };
  const seal = new Seal({ ...ports, collectGarbage: () => undefined });
  const holders = { tokens: new TokenHasher(), audit: new AuditHasher() };
  const room = { store, barrier };
  seal.onUnsealed(() => takeSealedKeys(room, holders));
  await seal.load();
  for (const share of shares) await seal.submit(utf8Encode(share));
  if (seal.sealed) throw new Error('the shares do not unseal the store');
  return {
    room,
    random,
    barrier,
    hasher: holders.tokens,
    async [Symbol.asyncDispose]() {
      dropSealedKeys(holders);
      await seal.seal();
      await opened.close();
    },
  };
}
