/** What the trail itself writes into the log: what became of its devices and of its own tail. */
import type { AuditEventName, EventEntry } from '../../shared/audit/entry.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import type { DeviceFault } from './fault.ts';
import { auditTime } from './time.ts';

/** How much of the log is missing, by what the store has seen of it. */
export interface LostEnd {
  /** Where the log ends. */
  readonly endsBefore: number;
  /** The highest record that a commit names. */
  readonly seen: number;
  /** Devices that could not be read: they may hold the rest. */
  readonly unread: readonly string[];
  /** Whether a power cut or a kill explains it. */
  readonly unwritten: boolean;
}

type Details = { readonly [name: string]: JsonValue };

function event(wallMs: number, name: AuditEventName, details: Details): EventEntry {
  return { type: 'event', time: auditTime(wallMs), event: name, details };
}

/** A device failed; `record` is the first one that it may lack. */
export function deviceFailedEvent(
  wallMs: number,
  device: string,
  fault: DeviceFault,
  record: number,
): EventEntry {
  const { kind, reason } = fault;
  return event(wallMs, 'audit_device_failed', { device, kind, reason, first_record: record });
}

/**
 * A device came back and begins a new file; `refused` counts requests that no device recorded.
 * Without `failedSinceMs` the device was found lagging behind when the agent started.
 */
export function deviceBackEvent(
  wallMs: number,
  device: string,
  facts: {
    readonly failedSinceMs: number | undefined;
    readonly from: number;
    readonly refused: number;
  },
): EventEntry {
  const { failedSinceMs, from, refused } = facts;
  const since = failedSinceMs === undefined ? {} : { failed_since: auditTime(failedSinceMs) };
  return event(wallMs, 'audit_device_back', { device, ...since, first_record: from, refused });
}

/** A device began a new file. */
export function rotatedEvent(
  wallMs: number,
  device: string,
  reason: 'full' | 'moved' | 'reopened',
): EventEntry {
  return event(wallMs, 'audit_rotated', { device, reason });
}

/** A line torn by a crash was cut off. */
export function recoveredEvent(
  wallMs: number,
  device: string,
  torn: { readonly bytes: number; readonly sha256: string },
): EventEntry {
  return event(wallMs, 'audit_recovered', { device, cut_bytes: torn.bytes, sha256: torn.sha256 });
}

/** The newest checkpoint was kept, but no device holds the log up to it. */
export function tailLostEvent(wallMs: number, endsBefore: number, kept: number): EventEntry {
  const details = {
    log_ends_before: endsBefore,
    kept_checkpoint: kept,
    lost: kept - endsBefore + 1,
  };
  return event(wallMs, 'audit_tail_lost', details);
}

/** The store has seen more of the log than any device holds. */
export function endLostEvent(wallMs: number, { endsBefore, seen, unwritten }: LostEnd): EventEntry {
  const details = {
    log_ends_before: endsBefore,
    seen_by_store: seen,
    lost: seen - endsBefore + 1,
    perhaps_never_written: unwritten,
  };
  return event(wallMs, 'audit_tail_lost', details);
}

/** This log is a new one; the store has seen another one of this node. */
export function begunEvent(
  wallMs: number,
  before: { readonly log: string; readonly index: number },
): EventEntry {
  const details = { log_before: before.log, seen_by_store: before.index };
  return event(wallMs, 'audit_log_begun', details);
}

/** A device's file cannot be continued; it was kept as it is, and a new one begun. */
export function unreadableEvent(wallMs: number, device: string, problem: string): EventEntry {
  return event(wallMs, 'audit_log_unreadable', { device, problem });
}
