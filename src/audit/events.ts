/** What the trail itself writes into the log: what became of its devices and of its own tail. */
import type { AuditEventName, EventEntry } from '../../shared/audit/entry.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import type { DeviceFault } from './fault.ts';
import { auditTime } from './time.ts';

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

/** A device's file cannot be continued; it was kept as it is, and a new one begun. */
export function unreadableEvent(wallMs: number, device: string, problem: string): EventEntry {
  return event(wallMs, 'audit_log_unreadable', { device, problem });
}
