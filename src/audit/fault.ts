/** Why a device does not work, from what its adapter threw. */
import {
  type FailureParameters,
  failure,
  isFailure,
  type StrongBoxError,
} from '../../shared/errors/failure.ts';

export interface DeviceFault {
  /** For metrics and records: `full`, `denied`, `gone`, `changed`, `hung`, `slow`, `io`, … */
  readonly kind: string;
  /** For people: what happened, and what to do. */
  readonly reason: string;
  readonly cure: string;
}

/** Faults that no disk makes: somebody else was at the file. */
const meddling: ReadonlySet<string> = new Set(['changed', 'deleted']);

export function isMeddling({ kind }: DeviceFault): boolean {
  return meddling.has(kind);
}

/**
 * The fault in a thrown value. What is no `audit.device` failure is named so, and nothing of its
 * text is used: it could hold anything.
 */
export function faultOf(error: unknown): DeviceFault {
  const parameters: FailureParameters = isFailure(error, 'audit.device') ? error.parameters : {};
  return {
    kind: String(parameters['kind'] ?? 'unknown'),
    reason: String(parameters['reason'] ?? 'it failed in an unforeseen way'),
    cure: String(parameters['cure'] ?? 'see the server log'),
  };
}

/** The error that stands for a fault. */
export function deviceFailure(device: string, fault: DeviceFault, cause?: unknown): StrongBoxError {
  return failure('audit.device', { device, ...fault }, cause);
}

export const hungFault: DeviceFault = {
  kind: 'hung',
  reason: 'a write did not return in time',
  cure: 'look at the disk, the network file system or the reader behind it',
};

export const slowFault: DeviceFault = {
  kind: 'slow',
  reason: 'it lags too far behind the other devices',
  cure: 'look at the disk, the network file system or the reader behind it',
};
