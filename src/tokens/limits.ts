import { assert } from '../../shared/assert.ts';
import { rangeEntriesMax, transactionOperationsMax } from '../limits.ts';

/** Limits of tokens. */

/** Ancestors of a token: a request reads all of them. */
export const tokenDepthMax = 32;
/** Policies of one token or one role's list. */
export const tokenPoliciesMax = 256;
/** Entries of a token's meta, and UTF-8 bytes of each name and value. */
export const tokenMetaEntriesMax = 64;
export const tokenMetaNameBytesMax = 128;
export const tokenMetaValueBytesMax = 512;
/** Characters of a display name, a path suffix of a role, and a chosen token id. */
export const displayNameCharactersMax = 256;
export const chosenTokenCharactersMin = 4;
export const chosenTokenCharactersMax = 200;
/** Accessors that one LIST answers. */
export const accessorsListMax = 100_000;
/** Token roles: listed whole. */
export const tokenRolesMax = 10_000;

/** Entries of one token: its record, accessor, deadline and place among its parent's children. */
export const tokenEntries = 4;
/** Tokens ended in one transaction. */
export const revocationBatchTokens = 24;
/** Entries deleted in one step of a revocation: one below what an intent's step may write. */
export const revocationStepEntriesMax = 120;
/** Due tokens that one turn of the expiry duty looks at. */
export const expiryBatchTokens = 24;

/**
 * How long a token lives where nobody says otherwise, and at most (Vault's defaults: 768 hours).
 */
export const tokenTtlSecondsDefault = 2_764_800;
export const tokenTtlSecondsMax = 2_764_800;

assert(
  revocationBatchTokens * tokenEntries <= revocationStepEntriesMax,
  'a batch of tokens without secrets fits in a step',
);
assert(revocationStepEntriesMax < transactionOperationsMax, 'a step fits beside its intent');
assert(
  expiryBatchTokens * (tokenEntries + 1) + 1 < transactionOperationsMax,
  'a turn with an intent for each token, and its fence, is one transaction',
);
assert(tokenDepthMax + 2 <= rangeEntriesMax, 'a token is read with all its ancestors');
assert(
  tokenPoliciesMax + 1 <= rangeEntriesMax,
  'the policies of a token are one read, with its role',
);
