/**
 * How a membership change is written into an entry's data, big-endian:
 *
 *   format u8 = 1 | transition u8 | count u8 | count × (type u8, id u32) | context, to the end
 *
 * No bytes at all are the change that leaves a joint configuration, so that no limit of sizes can
 * ever refuse it. Entries come from a replicated log: bytes that do not read are our own fault, and
 * the node stops.
 */
import { assert } from '../../shared/assert.ts';
import {
  type ConfChange,
  type ConfChangeSingle,
  isLeaveJoint,
  leaveJointChange,
} from './conf-change.ts';
import { confChangesMax, nodeIdsMax } from './limits.ts';

const formatNumber = 1;
const headBytes = 3;
const changeBytes = 5;

/** A name's place is its number in the format: names may be added at the end only. */
const transitions: readonly ConfChange['transition'][] = [
  'auto',
  'joint-implicit',
  'joint-explicit',
];
const types: readonly ConfChangeSingle['type'][] = ['add-voter', 'add-learner', 'remove', 'update'];

export function encodeConfChange(change: ConfChange): Uint8Array {
  if (isLeaveJoint(change) && change.context.length === 0) return new Uint8Array();
  const { changes, context } = change;
  assert(changes.length <= confChangesMax, 'a change names few members');
  const bytes = new Uint8Array(headBytes + changes.length * changeBytes + context.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, formatNumber);
  view.setUint8(1, transitions.indexOf(change.transition));
  view.setUint8(2, changes.length);
  for (const [position, { type, id }] of changes.entries()) {
    assert(Number.isInteger(id) && id >= 0 && id <= nodeIdsMax, 'a node id takes 32 bits');
    view.setUint8(headBytes + position * changeBytes, types.indexOf(type));
    view.setUint32(headBytes + position * changeBytes + 1, id);
  }
  bytes.set(context, headBytes + changes.length * changeBytes);
  return bytes;
}

export function decodeConfChange(bytes: Uint8Array): ConfChange {
  if (bytes.length === 0) return leaveJointChange;
  assert(bytes.length >= headBytes, 'a change has a head');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert(view.getUint8(0) === formatNumber, 'the format of a change is known');
  const transition = transitions[view.getUint8(1)];
  assert(transition !== undefined, 'the transition of a change is known');
  const end = headBytes + view.getUint8(2) * changeBytes;
  assert(bytes.length >= end, 'a change is whole');
  const changes: ConfChangeSingle[] = [];
  for (let at = headBytes; at < end; at += changeBytes) {
    const type = types[view.getUint8(at)];
    assert(type !== undefined, 'the type of a change is known');
    changes.push({ type, id: view.getUint32(at + 1) });
  }
  return { transition, changes, context: bytes.slice(end) };
}
