/** What the clients of the core's world write, as the bytes of an entry: four numbers. */
import assert from 'node:assert/strict';
import type { WriteRequest } from './host.ts';

const bytesOfCommand = 16;
/** Stands for a write without a condition. */
const unconditional = 0xff_ff_ff_ff;

export function encodeCommand({ key, value, ifRevision }: WriteRequest): Uint8Array {
  const bytes = new Uint8Array(bytesOfCommand);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, key);
  view.setUint32(4, value);
  view.setUint32(8, ifRevision ?? unconditional);
  return bytes;
}

export function decodeCommand(bytes: Uint8Array): WriteRequest {
  assert.equal(bytes.length, bytesOfCommand, 'a command is whole');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const condition = view.getUint32(8);
  return {
    key: view.getUint32(0),
    value: view.getUint32(4),
    ifRevision: condition === unconditional ? undefined : condition,
  };
}
