/**
 * Messages of the Raft core as bytes, big-endian:
 *
 *   type u8 | from u53 | to u53 | term u53 | fields of the type, in the order of messages.ts
 *
 * An entry id is term u53, index u53. Entries of an append stand behind a count (u32) as
 * term u53, type u8, data (u32 length): their indexes follow from the append's. Ids of a
 * configuration stand behind a count (u8). What the core asserts of a message of the network is
 * checked here: a peer's nonsense is refused, it does not stop this node.
 */
import { assert } from '../../shared/assert.ts';
import type {
  MsgApp,
  MsgAppResp,
  MsgPreVote,
  MsgSnap,
  MsgVote,
  PeerMessage,
} from '../raft/messages.ts';
import type { ConfState, Entry, EntryId, EntryType, NodeId } from '../raft/types.ts';
import { type ByteReader, frameInvalid } from './byte-reader.ts';
import { type ByteWriter } from './byte-writer.ts';
import { frameMembersMax } from './limits.ts';

type MessageType = PeerMessage['type'];

/** A type's place is its number in the format, from 1 on: types may be added at the end only. */
const messageTypes = [
  'MsgVote',
  'MsgVoteResp',
  'MsgPreVote',
  'MsgPreVoteResp',
  'MsgApp',
  'MsgAppResp',
  'MsgHeartbeat',
  'MsgHeartbeatResp',
  'MsgSnap',
  'MsgTimeoutNow',
  'MsgTransferLeader',
  'MsgReadIndex',
  'MsgReadIndexResp',
] as const satisfies readonly MessageType[];

/** Messages that travel as such: proposals are forwarded by the driver, in frames of their own. */
export type LinkMessage = Extract<PeerMessage, { type: (typeof messageTypes)[number] }>;

const entryTypes: readonly EntryType[] = ['normal', 'conf-change'];
const entryBytesMin = 13;
const snapshotHeadBytes = 128;
const headBytes = 80;

interface Head {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: number;
}

export function isLinkMessage(message: PeerMessage): message is LinkMessage {
  return message.type !== 'MsgProp';
}

export function writeMessage(writer: ByteWriter, message: LinkMessage): void {
  writer.u8(messageTypes.indexOf(message.type) + 1);
  writer.u53(message.from).u53(message.to).u53(message.term);
  switch (message.type) {
    case 'MsgVote':
    case 'MsgPreVote':
      writer.u53(message.index).u53(message.logTerm).u8(Number(message.isTransfer));
      writeId(writer, message.committed);
      break;
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      writer.u8(Number(message.reject));
      writeId(writer, message.committed);
      break;
    case 'MsgApp':
      writeAppend(writer, message);
      break;
    case 'MsgAppResp':
      writer.u53(message.index).u8(Number(message.reject));
      writer.u53(message.rejectHint).u53(message.logTerm);
      break;
    case 'MsgHeartbeat':
      writer.u53(message.commit).u53(message.readPosition);
      break;
    case 'MsgHeartbeatResp':
      writer.u53(message.readPosition);
      break;
    case 'MsgSnap':
      writeId(writer, message.snapshot);
      writeConf(writer, message.snapshot.confState);
      break;
    case 'MsgTimeoutNow':
      break;
    case 'MsgTransferLeader':
      writer.u53(message.transferee);
      break;
    case 'MsgReadIndex':
      writer.u53(message.context);
      break;
    case 'MsgReadIndexResp':
      writer.u53(message.index).u53(message.context);
      break;
  }
}

/** About how many bytes a message takes, to write it without copies. */
export function messageSizeHint(message: LinkMessage): number {
  if (message.type === 'MsgSnap') return snapshotHeadBytes;
  if (message.type !== 'MsgApp') return headBytes;
  return message.entries.reduce((sum, { data }) => sum + data.length + entryBytesMin, headBytes);
}

/** Throws `link.frame-invalid`. */
export function readMessage(reader: ByteReader): LinkMessage {
  const type = messageTypes[reader.u8() - 1];
  if (type === undefined) throw frameInvalid('its message type is unknown');
  const head = { from: reader.u53(), to: reader.u53(), term: reader.u53() };
  switch (type) {
    case 'MsgVote':
    case 'MsgPreVote':
      return readVoteRequest(reader, type, head);
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      return { type, ...head, reject: reader.flag(), committed: readId(reader) };
    case 'MsgApp':
      return readAppend(reader, head);
    case 'MsgAppResp':
      return readAppendAnswer(reader, head);
    case 'MsgHeartbeat':
      return { type, ...head, commit: reader.u53(), readPosition: reader.u53() };
    case 'MsgHeartbeatResp':
      return { type, ...head, readPosition: reader.u53() };
    case 'MsgSnap':
      return readSnapshot(reader, head);
    case 'MsgTimeoutNow':
      return { type, ...head };
    case 'MsgTransferLeader':
      return { type, ...head, transferee: reader.u53() };
    case 'MsgReadIndex':
      return { type, ...head, context: reader.u53() };
    case 'MsgReadIndexResp':
      return { type, ...head, index: reader.u53(), context: reader.u53() };
  }
}

export function writeId(writer: ByteWriter, { term, index }: EntryId): void {
  writer.u53(term).u53(index);
}

export function readId(reader: ByteReader): EntryId {
  return { term: reader.u53(), index: reader.u53() };
}

export function writeConf(writer: ByteWriter, conf: ConfState): void {
  for (const ids of [conf.voters, conf.votersOutgoing, conf.learners, conf.learnersNext]) {
    assert(ids.length <= frameMembersMax, 'a configuration has few members');
    writer.u8(ids.length);
    for (const id of ids) writer.u53(id);
  }
  writer.u8(Number(conf.autoLeave));
}

export function readConf(reader: ByteReader): ConfState {
  return {
    voters: readIds(reader),
    votersOutgoing: readIds(reader),
    learners: readIds(reader),
    learnersNext: readIds(reader),
    autoLeave: reader.flag(),
  };
}

function readIds(reader: ByteReader): readonly NodeId[] {
  const count = reader.u8();
  const ids: NodeId[] = [];
  while (ids.length < count) ids.push(reader.u53());
  return ids;
}

function readVoteRequest(
  reader: ByteReader,
  type: 'MsgVote' | 'MsgPreVote',
  head: Head,
): MsgVote | MsgPreVote {
  const [index, logTerm, isTransfer] = [reader.u53(), reader.u53(), reader.flag()];
  return { type, ...head, index, logTerm, isTransfer, committed: readId(reader) };
}

function writeAppend(writer: ByteWriter, { index, logTerm, commit, entries }: MsgApp): void {
  writer.u53(index).u53(logTerm).u53(commit).u32(entries.length);
  for (const { term, type, data } of entries) {
    writer.u53(term).u8(entryTypes.indexOf(type)).bytes(data);
  }
}

function readAppend(reader: ByteReader, head: Head): MsgApp {
  const [index, logTerm, commit] = [reader.u53(), reader.u53(), reader.u53()];
  let previous: EntryId = { index, term: logTerm };
  const entries = reader.list(entryBytesMin, (): Entry => {
    const term = reader.u53();
    const type = entryTypes[reader.u8()];
    if (type === undefined) throw frameInvalid('the type of an entry is unknown');
    if (term < previous.term) throw frameInvalid('the terms of its entries fall');
    const entry = { term, index: previous.index + 1, type, data: reader.bytes() };
    previous = entry;
    return entry;
  });
  if (previous.term > head.term) throw frameInvalid('an entry is newer than its leader');
  return { type: 'MsgApp', ...head, index, logTerm, entries, commit };
}

function readAppendAnswer(reader: ByteReader, head: Head): MsgAppResp {
  const [index, reject] = [reader.u53(), reader.flag()];
  const [rejectHint, logTerm] = [reader.u53(), reader.u53()];
  return { type: 'MsgAppResp', ...head, index, reject, rejectHint, logTerm };
}

function readSnapshot(reader: ByteReader, head: Head): MsgSnap {
  const id = readId(reader);
  return { type: 'MsgSnap', ...head, snapshot: { ...id, confState: readConf(reader) } };
}
