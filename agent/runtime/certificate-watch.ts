/**
 * Renews the automatic server certificate while the agent runs. Its signer lies in the sealed store
 * and is handed out at unseal; an agent that stays unsealed for half a year would otherwise go on
 * with a certificate that has run out. Looked at hourly: half of the certificate's life is left for
 * a renewal to succeed. Those of files are only looked at: who made them makes the next one.
 */
import { timerDelayMsMax } from '../../src/limits.ts';
import type { Timers } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { repeat } from '../repeat.ts';
import type { Certificates } from './certificates.ts';

export interface CertificateWatchPorts {
  readonly certificates: Pick<Certificates, 'renewalDue' | 'warnOfEnds' | 'renewFromFile'>;
  readonly timers: Timers;
  readonly log: Log;
  readonly isSealed: () => boolean;
  /** Hands the signer to the certificates, as unsealing does. */
  readonly returnDeposit: () => Promise<void>;
}

/** Starts watching; returns what ends it. */
export function watchCertificates(ports: CertificateWatchPorts): () => void {
  return repeat(ports.timers, timerDelayMsMax, () => void checkCertificates(ports));
}

/** One look. Never rejects. */
export async function checkCertificates(ports: CertificateWatchPorts): Promise<void> {
  const { certificates, log } = ports;
  try {
    if (certificates.renewalDue && !(await certificates.renewFromFile()) && !ports.isSealed()) {
      await ports.returnDeposit();
    }
  } catch (error) {
    log.error('the server certificate was not renewed; the next attempt is in an hour', { error });
  }
  certificates.warnOfEnds();
}
