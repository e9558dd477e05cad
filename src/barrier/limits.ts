import { assert } from '../../shared/assert.ts';
import { transactionOperationsMax } from '../limits.ts';

/** Limits of the barrier. */

/**
 * Key uses one commit reserves: at 4,000 writes a second one more commit in 16 s. What a crash
 * leaves unused is lost, which only makes a term rotate earlier and its count read higher.
 */
export const reservedUsesBlock = 2 ** 16;

/**
 * Uses reserved with a first term: enough for the transaction that founds a namespace, and more.
 */
export const firstTermUses = 2 * transactionOperationsMax;

/** A later term covers a block of its own and the grants that move on to it. */
export const nextTermUses = 2 * reservedUsesBlock;

/**
 * Uses of one term before it is replaced. NIST SP 800-38D allows 2^32 random IVs under one key (a
 * repeated IV by chance with 2^-33); at 2^30 the chance is 2^-37.
 */
export const termUsesMax = 2 ** 30;

/** Terms of one keyring. Each costs 52 bytes of a record that is read whole. */
export const keyringTermsMax = 10_000;

assert(termUsesMax * 4 <= 2 ** 32, 'a term ends far below the limit of GCM with random IVs');
assert(reservedUsesBlock * 256 <= termUsesMax, 'a term lasts for many blocks');
assert(transactionOperationsMax <= reservedUsesBlock, 'a transaction needs one block at most');
