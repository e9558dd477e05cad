/**
 * What a log says of its own lost end: at a start the agent found that the store had seen more of
 * the log than there was, and wrote that down as the next record (`audit_tail_lost`). Nothing is
 * missing in the numbers then, so who verifies the log must be told.
 */
import { parseJson } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { eventLead } from './format.ts';
import { matches } from './layout.ts';

export interface LostEnd {
  /** Where the log ended. */
  readonly endsBefore: number;
  /** The highest record that the store had seen. */
  readonly seen: number;
  /** A kill or a power cut explains it: a device had confirmed what was not yet on a disk. */
  readonly perhapsNeverWritten: boolean;
}

/** Such a record is short; a longer line is another one, and not parsed. */
const lineBytesMax = 4_096;

/** What the line in `bytes[start, end)` says, whose own fields begin at `bodyAt`. */
export function lostEndIn(
  bytes: Uint8Array,
  start: number,
  bodyAt: number,
  end: number,
): LostEnd | undefined {
  if (!matches(bytes, bodyAt, eventLead) || end - start > lineBytesMax) return undefined;
  const record = objectOf(() => parseJson(bytes.subarray(start, end)));
  if (record?.['event'] !== 'audit_tail_lost') return undefined;
  const details = objectOf(() => record['details']);
  const endsBefore = details?.['log_ends_before'];
  const seen = details?.['seen_by_store'];
  if (typeof endsBefore !== 'number' || typeof seen !== 'number') return undefined;
  return { endsBefore, seen, perhapsNeverWritten: details?.['perhaps_never_written'] === true };
}

function objectOf(make: () => JsonValue | undefined): JsonObject | undefined {
  try {
    const value = make();
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
