/**
 * How the changes of a batch are stored in one row of the history, for watches that reach back
 * beyond what is in memory. Big-endian; a revision, version or count is 6 bytes:
 *
 *     row    = format u8 = 1, event count u32, event…
 *     event  = revision, note length u8, note, change count u16, change…
 *     change = kind u8 (1 put, 2 delete), key length u16, key,
 *              of a put: create revision, version, value length u32, value
 *
 * The note is what the commit carried (the audit index), for tools that read the file.
 */
import { assert } from '../../shared/assert.ts';
import { utf8Length } from '../../shared/encoding/utf8.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { WatchChange, WatchEvent } from '../../src/ports/store.ts';

const format = 1;
const putKind = 1;
const deleteKind = 2;

/** An event and the note of its commit. */
export interface NotedEvent extends WatchEvent {
  readonly note: Uint8Array;
}

const headBytes = 5;
const eventBytes = 9;
const changeBytes = 3;
const putBytes = 16;

/** The row for the events of a batch, in one piece of memory: a buffer for each part costs more. */
export function encodeHistory(events: readonly NotedEvent[]): Buffer {
  const row = Buffer.allocUnsafe(rowBytes(events));
  let at = row.writeUInt8(format, 0);
  at = row.writeUInt32BE(events.length, at);
  for (const event of events) at = writeEvent(row, at, event);
  assert(at === row.length, 'every byte of a row is written');
  return row;
}

function rowBytes(events: readonly NotedEvent[]): number {
  let bytes = headBytes;
  for (const { note, changes } of events) {
    bytes += eventBytes + note.length;
    for (const change of changes) bytes += bytesOfChange(change);
  }
  return bytes;
}

function bytesOfChange(change: WatchChange): number {
  if (change.kind === 'delete') return changeBytes + utf8Length(change.key);
  return changeBytes + utf8Length(change.entry.key) + putBytes + change.entry.value.length;
}

function writeEvent(row: Buffer, start: number, { revision, note, changes }: NotedEvent): number {
  let at = row.writeUIntBE(revision, start, 6);
  at = row.writeUInt8(note.length, at);
  row.set(note, at);
  at = row.writeUInt16BE(changes.length, at + note.length);
  for (const change of changes) at = writeChange(row, at, change);
  return at;
}

function writeChange(row: Buffer, start: number, change: WatchChange): number {
  const isPut = change.kind === 'put';
  const keyAt = start + changeBytes;
  const keyBytes = row.write(isPut ? change.entry.key : change.key, keyAt);
  row.writeUInt8(isPut ? putKind : deleteKind, start);
  row.writeUInt16BE(keyBytes, start + 1);
  if (!isPut) return keyAt + keyBytes;
  const { createRevision, version, value } = change.entry;
  let at = row.writeUIntBE(createRevision, keyAt + keyBytes, 6);
  at = row.writeUIntBE(version, at, 6);
  at = row.writeUInt32BE(value.length, at);
  row.set(value, at);
  return at + value.length;
}

/** The events of a row. Throws `store.corrupt` for what `encodeHistory` did not make. */
export function decodeHistory(row: Uint8Array): NotedEvent[] {
  const reader = new Reader(row);
  if (reader.integer(1) !== format) throw damaged();
  const count = reader.integer(4);
  const events: NotedEvent[] = [];
  while (events.length < count) events.push(decodeEvent(reader));
  if (!reader.atEnd) throw damaged();
  return events;
}

function decodeEvent(reader: Reader): NotedEvent {
  const revision = reader.integer(6);
  const note = reader.bytes(reader.integer(1));
  const count = reader.integer(2);
  const changes: WatchChange[] = [];
  while (changes.length < count) changes.push(decodeChange(reader, revision));
  return { revision, note, changes };
}

function decodeChange(reader: Reader, modRevision: number): WatchChange {
  const kind = reader.integer(1);
  const key = reader.bytes(reader.integer(2)).toString();
  if (kind === deleteKind) return { kind: 'delete', key };
  if (kind !== putKind) throw damaged();
  const createRevision = reader.integer(6);
  const version = reader.integer(6);
  const value = new Uint8Array(reader.bytes(reader.integer(4)));
  return { kind: 'put', entry: { key, value, createRevision, modRevision, version } };
}

class Reader {
  readonly #row: Buffer;
  #offset = 0;

  constructor(row: Uint8Array) {
    this.#row = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  }

  get atEnd(): boolean {
    return this.#offset === this.#row.length;
  }

  integer(byteLength: 1 | 2 | 4 | 6): number {
    const bytes = this.bytes(byteLength);
    assert(bytes.length === byteLength, 'as many bytes are read as asked for');
    return bytes.readUIntBE(0, byteLength);
  }

  bytes(length: number): Buffer {
    if (this.#row.length - this.#offset < length) throw damaged();
    this.#offset += length;
    return this.#row.subarray(this.#offset - length, this.#offset);
  }
}

function damaged(): Error {
  return failure('store.corrupt', { reason: 'a row of its history is not what was written' });
}
