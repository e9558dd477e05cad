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
import { failure } from '../../shared/errors/failure.ts';
import type { WatchChange, WatchEvent } from '../../src/ports/store.ts';

const format = 1;
const putKind = 1;
const deleteKind = 2;

/** An event and the note of its commit. */
export interface NotedEvent extends WatchEvent {
  readonly note: Uint8Array;
}

/** The row for the events of a batch. */
export function encodeHistory(events: readonly NotedEvent[]): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(format, 0);
  head.writeUInt32BE(events.length, 1);
  return Buffer.concat([head, ...events.flatMap(encodeEvent)]);
}

function encodeEvent(event: NotedEvent): Uint8Array[] {
  const head = Buffer.alloc(7);
  head.writeUIntBE(event.revision, 0, 6);
  head.writeUInt8(event.note.length, 6);
  const count = Buffer.alloc(2);
  count.writeUInt16BE(event.changes.length);
  return [head, event.note, count, ...event.changes.flatMap(encodeChange)];
}

function encodeChange(change: WatchChange): Uint8Array[] {
  const key = Buffer.from(change.kind === 'put' ? change.entry.key : change.key);
  const head = Buffer.alloc(3);
  head.writeUInt8(change.kind === 'put' ? putKind : deleteKind, 0);
  head.writeUInt16BE(key.length, 1);
  if (change.kind === 'delete') return [head, key];
  const { createRevision, version, value } = change.entry;
  const facts = Buffer.alloc(16);
  facts.writeUIntBE(createRevision, 0, 6);
  facts.writeUIntBE(version, 6, 6);
  facts.writeUInt32BE(value.length, 12);
  return [head, key, facts, value];
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
