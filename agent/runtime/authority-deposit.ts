/**
 * Moves the certificate authority's key into the sealed store at init, and renews the server's
 * certificate with it whenever the agent is unsealed.
 */
import { assert } from '../../shared/assert.ts';
import type { Deposit } from '../../src/core/deposit.ts';
import { deleteAuthorityKey, readAuthorityWithKey } from '../tls/authority-files.ts';
import type { Certificates } from './certificates.ts';

export function authorityDeposit(folder: string, certificates: Certificates): Deposit {
  return {
    take: () => readAuthorityWithKey(folder)?.key,
    stored: () => deleteAuthorityKey(folder),
    unsealed: async (key) => {
      assert(key.length > 0, 'the authority has a key');
      await certificates.renew(key);
    },
  };
}
