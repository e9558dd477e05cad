/**
 * The note that a commit of the store carries: which record of which audit log stands before it.
 * That record was durable before the commit was tried, so a log that does not reach it has lost its
 * end: whoever cut it would have had to cut the store as well, and a store that is older than the
 * log is refused. 24 bytes, big-endian:
 *
 *     index u64 | node: first 8 bytes of the SHA-256 of its id | log: first 8 of its public key
 *
 * The node and the log are named because the notes of several agents lie in one store, and because
 * a node whose keys were lost begins a new log at 0.
 */
import { assert } from '../../shared/assert.ts';
import { encodeHex } from '../../shared/encoding/hex.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { equalBytes } from '../../shared/equal-bytes.ts';
import type { AuditCrypto } from './crypto.ts';

const indexBytes = 8;
const namePartBytes = 8;
const noteBytes = indexBytes + 2 * namePartBytes;

/** Node and log, as they stand in a note. */
export function logNameOf(
  node: string,
  crypto: Pick<AuditCrypto, 'sha256' | 'publicKey'>,
): Uint8Array {
  const name = new Uint8Array(2 * namePartBytes);
  name.set(crypto.sha256(utf8Encode(node)).subarray(0, namePartBytes));
  name.set(crypto.publicKey.subarray(0, namePartBytes), namePartBytes);
  return name;
}

/** The note of a commit that the record with this index stands before. */
export function commitNote(logName: Uint8Array, index: number): Uint8Array {
  assert(logName.length === 2 * namePartBytes, 'a log has a name');
  const note = new Uint8Array(noteBytes);
  new DataView(note.buffer).setBigUint64(0, BigInt(index));
  note.set(logName, indexBytes);
  return note;
}

/** What the newest commits of the store say of a node's logs. */
export interface NotedRecords {
  /** The highest record of this log that the store has seen. */
  readonly own: number | undefined;
  /** The newest other log that this node had, and the highest record of it. */
  readonly before: { readonly log: string; readonly index: number } | undefined;
}

/**
 * Reads notes, the newest first; what is none is passed over. Commits that were under way together
 * may stand in another order than their records, so the highest index counts.
 */
export function notedRecords(notes: readonly Uint8Array[], logName: Uint8Array): NotedRecords {
  let own: number | undefined;
  let before: NotedRecords['before'];
  for (const note of notes) {
    if (note.length !== noteBytes || !isPart(note, logName, 0)) continue;
    const index = Number(new DataView(note.buffer, note.byteOffset).getBigUint64(0));
    if (isPart(note, logName, namePartBytes)) {
      own = Math.max(own ?? 0, index);
      continue;
    }
    const log = encodeHex(note.subarray(indexBytes + namePartBytes));
    if (before === undefined || before.log === log) {
      before = { log, index: Math.max(before?.index ?? 0, index) };
    }
  }
  return { own, before };
}

/** Whether the note has that part of the name. */
function isPart(note: Uint8Array, logName: Uint8Array, at: number): boolean {
  const from = indexBytes + at;
  return equalBytes(
    note.subarray(from, from + namePartBytes),
    logName.subarray(at, at + namePartBytes),
  );
}
