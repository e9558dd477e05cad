/**
 * A transaction of the store as bytes, big-endian:
 *
 *   compares u32, each: key text, revision u53 |
 *   then u32, each operation | else u32, each operation | note u32 length
 *   operation: kind u8 (1 put, 2 delete, 3 get), key text, of a put: value u32 length
 *
 * `text` is a length u16 and UTF-8. Limits are checked by whoever takes a transaction in
 * (src/store/checks.ts), at the node where it begins and again where it comes over a link.
 */
import { type ByteReader, frameInvalid } from '../link/byte-reader.ts';
import type { ByteWriter } from '../link/byte-writer.ts';
import type { Operation, Transaction } from '../ports/store.ts';

/** Three counts and the note's length. */
const headBytes = 16;
const compareBytesMin = 10;
const operationBytesMin = 3;
const kinds: readonly Operation['kind'][] = ['put', 'delete', 'get'];

export function writeTransaction(writer: ByteWriter, transaction: Transaction): void {
  writer.u32(transaction.compare.length);
  for (const { key, modRevision } of transaction.compare) writer.text(key).u53(modRevision);
  writeOperations(writer, transaction.then);
  writeOperations(writer, transaction.else);
  writer.bytes(transaction.note ?? new Uint8Array());
}

/** About how many bytes a transaction takes, to write it without copies. */
export function transactionSizeHint({ compare, then, else: otherwise, note }: Transaction): number {
  let bytes = headBytes + (note?.length ?? 0);
  for (const { key } of compare) bytes += compareBytesMin + key.length;
  for (const operation of [...then, ...otherwise]) {
    bytes += operationBytesMin + operation.key.length;
    if (operation.kind === 'put') bytes += 4 + operation.value.length;
  }
  return bytes;
}

/** Throws `link.frame-invalid`. */
export function readTransaction(reader: ByteReader): Transaction {
  const compare = reader.list(compareBytesMin, () => {
    return { key: reader.text(), modRevision: reader.u53() };
  });
  const then = readOperations(reader);
  const otherwise = readOperations(reader);
  const note = reader.bytes();
  const transaction = { compare, then, else: otherwise };
  return note.length === 0 ? transaction : { ...transaction, note };
}

function writeOperations(writer: ByteWriter, operations: readonly Operation[]): void {
  writer.u32(operations.length);
  for (const operation of operations) {
    writer.u8(kinds.indexOf(operation.kind) + 1).text(operation.key);
    if (operation.kind === 'put') writer.bytes(operation.value);
  }
}

function readOperations(reader: ByteReader): Operation[] {
  return reader.list(operationBytesMin, () => {
    const kind = kinds[reader.u8() - 1];
    if (kind === undefined) throw frameInvalid('the kind of an operation is unknown');
    const key = reader.text();
    return kind === 'put' ? { kind, key, value: reader.bytes() } : { kind, key };
  });
}
