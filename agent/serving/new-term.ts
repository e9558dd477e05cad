import { StrongBoxError } from '../../shared/errors/failure.ts';
import type { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';

/**
 * Another thread has rotated a keyring: its newest term is taken over. Whatever keeps that from
 * being done now (the agent is sealed, too much is asked of the store), the term is learnt when the
 * first value under it is met.
 */
export function learnTerm(barrier: Pick<KeyringBarrier, 'refresh'>, namespace: string): void {
  void barrier.refresh(namespace).catch((error: unknown) => {
    if (!(error instanceof StrongBoxError)) throw error;
  });
}
