/**
 * What a normal entry of the log holds, big-endian:
 *
 *   format u8 = 1 | kind u8 | stamp ms u53 | node u53 | start counter u53 | start nonce u53 |
 *   sequence u53 | lowest unanswered u53 | body
 *
 * The proposer writes it with a stamp of 0; the leader puts its cluster time in. Node, start and
 * sequence are the proposal's identity: it may be proposed many times and is applied once
 * (result-window.ts). A counter alone does not name a start: whoever lost its disk counts from 1
 * again, and would take the outcomes of what it was, still in the log, for its own. No bytes at all
 * are the entry that a new leader begins its term with.
 */
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { ByteReader, frameInvalid } from '../link/byte-reader.ts';
import { ByteWriter } from '../link/byte-writer.ts';
import { incarnationBytes } from '../link/hello.ts';
import type { Transaction } from '../ports/store.ts';
import type { NodeId } from '../raft/types.ts';
import { readTransaction, transactionSizeHint, writeTransaction } from './transaction-codec.ts';

export interface ProposalId {
  readonly node: NodeId;
  /** Of the node: proposals of an older start are void once one of a newer is applied. */
  readonly start: number;
  /** Drawn by that start: of two with one counter, only the first to be applied counts. */
  readonly nonce: number;
  /** From 1 on, within a start. */
  readonly sequence: number;
}

export interface ProposalHead extends ProposalId {
  /** The proposer wants no result below this sequence any more. At most `sequence`. */
  readonly lowest: number;
}

export type ProposalBody =
  | { readonly kind: 'transaction'; readonly transaction: Transaction }
  /** A node says that it has started, and with which data folder. */
  | { readonly kind: 'start'; readonly incarnation: Uint8Array };

export interface StampedProposal extends ProposalHead {
  readonly stampMs: number;
  readonly body: ProposalBody;
}

const formatNumber = 1;
const stampOffset = 2;
const headBytes = 50;
/** A kind's place is its number in the format, from 1 on: kinds may be added at the end only. */
const kinds: readonly ProposalBody['kind'][] = ['transaction', 'start'];

/** The proposal without a stamp. */
export function encodeProposal(head: ProposalHead, body: ProposalBody): Uint8Array<ArrayBuffer> {
  assert(head.lowest <= head.sequence, 'a proposal is not answered before it is made');
  const bodyBytes =
    body.kind === 'transaction' ? transactionSizeHint(body.transaction) : incarnationBytes;
  const writer = new ByteWriter(headBytes + bodyBytes);
  writer
    .u8(formatNumber)
    .u8(kinds.indexOf(body.kind) + 1)
    .u53(0);
  writer.u53(head.node).u53(head.start).u53(head.nonce).u53(head.sequence).u53(head.lowest);
  if (body.kind === 'transaction') writeTransaction(writer, body.transaction);
  else writer.raw(body.incarnation);
  return writer.finish();
}

/** A copy with the leader's time in it. */
export function stampProposal(proposal: Uint8Array, stampMs: number): Uint8Array<ArrayBuffer> {
  const stamped = proposal.slice();
  stamped.set(new ByteWriter(8).u53(stampMs).finish(), stampOffset);
  return stamped;
}

/**
 * Reads what is in the log, or was forwarded. Throws `replica.entry-unknown` for a format or kind
 * that a later build writes, `link.frame-invalid` for what no build does.
 */
export function decodeProposal(bytes: Uint8Array): StampedProposal {
  const reader = new ByteReader(bytes);
  const [format, kindNumber] = [reader.u8(), reader.u8()];
  const kind = kinds[kindNumber - 1];
  if (format !== formatNumber || kind === undefined) {
    throw failure('replica.entry-unknown', { format, kind: kindNumber });
  }
  const stampMs = reader.u53();
  const id = readId(reader);
  const lowest = reader.u53();
  if (lowest > id.sequence) throw frameInvalid('a proposal is answered before it is made');
  const body: ProposalBody =
    kind === 'transaction'
      ? { kind, transaction: readTransaction(reader) }
      : { kind, incarnation: reader.raw(incarnationBytes) };
  reader.end();
  return { ...id, lowest, stampMs, body };
}

/** The identity alone, cheaply. The bytes must have been checked by `decodeProposal`. */
export function proposalId(bytes: Uint8Array): ProposalId {
  assert(bytes.length >= headBytes, 'a proposal has a head');
  return readId(new ByteReader(bytes.subarray(stampOffset + 8)));
}

function readId(reader: ByteReader): ProposalId {
  const [node, start] = [reader.u53(), reader.u53()];
  return { node, start, nonce: reader.u53(), sequence: reader.u53() };
}
