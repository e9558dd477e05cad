/**
 * The content of a snapshot as a stream of bytes, cut anywhere into chunks:
 *
 *   item = length u32, tag u8, body       tag 1: an entry row (digest.ts), rising by key
 *                                         tag 2: name text, record to the end
 *                                         tag 3: nothing; it is complete
 *
 * Entries come first, then the records of the replica, then the end.
 */
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { ByteReader, frameInvalid } from '../link/byte-reader.ts';
import { ByteWriter } from '../link/byte-writer.ts';
import { storeKeyBytesMax, transactionBytesMax } from '../limits.ts';
import type { Entry } from '../ports/store.ts';
import { entryRow } from './digest.ts';
import { snapshotRecordBytesMax } from './limits.ts';

export type SnapshotItem =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'record'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'end' };

const lengthBytes = 4;
const itemHeadBytesMax = 64;
const itemBytesMax =
  Math.max(transactionBytesMax, snapshotRecordBytesMax) + storeKeyBytesMax + itemHeadBytesMax;

export function encodeItem(item: SnapshotItem): Uint8Array<ArrayBuffer> {
  switch (item.kind) {
    case 'entry':
      return withTag(1, entryRow(item.entry));
    case 'record': {
      const size = utf8Encode(item.name).length + item.bytes.length + lengthBytes;
      return withTag(2, new ByteWriter(size).text(item.name).raw(item.bytes).finish());
    }
    case 'end':
      return withTag(3, new Uint8Array());
  }
}

/** Takes bytes as they come and gives the items that are whole. */
export class ItemReader {
  /** The beginning of an item that is not whole yet. Bounded by `itemBytesMax`. */
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** Whether everything that came was whole. */
  get isAtEnd(): boolean {
    return this.#rest.length === 0;
  }

  /** Throws `link.frame-invalid` for what is no item. */
  feed(bytes: Uint8Array): readonly SnapshotItem[] {
    const joined = new Uint8Array(this.#rest.length + bytes.length);
    joined.set(this.#rest);
    joined.set(bytes, this.#rest.length);
    const items: SnapshotItem[] = [];
    let at = 0;
    while (joined.length - at >= lengthBytes) {
      const length = new ByteReader(joined.subarray(at)).u32();
      if (length < 1 || length > itemBytesMax) throw frameInvalid('an item has no possible size');
      if (joined.length - at - lengthBytes < length) break;
      items.push(decodeItem(joined.subarray(at + lengthBytes, at + lengthBytes + length)));
      at += lengthBytes + length;
    }
    this.#rest = joined.slice(at);
    return items;
  }
}

function withTag(tag: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = body.length + 1;
  return new ByteWriter(lengthBytes + length).u32(length).u8(tag).raw(body).finish();
}

function decodeItem(bytes: Uint8Array): SnapshotItem {
  const reader = new ByteReader(bytes);
  const item = readItem(reader);
  reader.end();
  return item;
}

function readItem(reader: ByteReader): SnapshotItem {
  switch (reader.u8()) {
    case 1:
      return { kind: 'entry', entry: readEntryRow(reader) };
    case 2: {
      const name = reader.text();
      return { kind: 'record', name, bytes: reader.raw(reader.remaining) };
    }
    case 3:
      return { kind: 'end' };
    default:
      throw frameInvalid('the tag of an item is unknown');
  }
}

function readEntryRow(reader: ByteReader): Entry {
  const [key, createRevision] = [reader.text(), reader.u53()];
  const [modRevision, version] = [reader.u53(), reader.u53()];
  return { key, createRevision, modRevision, version, value: reader.bytes() };
}
