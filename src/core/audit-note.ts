/** The note that a commit carries: the index of its audit record, 8 bytes, big-endian. */
export function auditNote(index: number): Uint8Array {
  const note = new Uint8Array(8);
  new DataView(note.buffer).setBigUint64(0, BigInt(index));
  return note;
}
