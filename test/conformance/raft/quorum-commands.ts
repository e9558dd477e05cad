/** The commands of etcd's quorum tests: what a set of voters commits, and how it votes. */
import assert from 'node:assert/strict';
import {
  type AckedIndex,
  committedIndex,
  majorityCommitted,
  majorityVote,
  voteResult,
} from '../../../src/raft/quorum.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import { type Command, toNumber, valuesOf } from './data-driven.ts';
import { hex } from './render.ts';

type Ids = readonly NodeId[];

interface Halves {
  readonly voters: Ids;
  readonly outgoing: Ids;
  /** Also where the outgoing half is empty, if the command says so. */
  readonly isJoint: boolean;
}

export function runQuorumCommand(command: Command): string {
  const outgoing = valuesOf(command, 'cfgj');
  const halves: Halves = {
    voters: valuesOf(command, 'cfg').map(toNumber),
    outgoing: outgoing[0] === 'zero' ? [] : outgoing.map(toNumber),
    isJoint: outgoing.length > 0,
  };
  const key = command.name === 'vote' ? 'votes' : 'idx';
  const values = valuesOf(command, key);
  const ids = [...new Set([...halves.voters, ...halves.outgoing])];
  if (values.length !== ids.length) {
    const sorted = ids.toSorted((left, right) => left - right).map((id) => `${id}:{}`);
    const shown = values.map((value) => ({ y: '2', n: '1', _: '0' })[value] ?? value);
    return `error: mismatched input (explicit or _) for voters map[${sorted.join(' ')}]: [${shown.join(' ')}]\n`;
  }
  const given = new Map(ids.map((id, position) => [id, values[position] ?? '_']));
  return command.name === 'vote' ? runVote(halves, given) : runCommitted(halves, given);
}

function runVote(halves: Halves, given: ReadonlyMap<NodeId, string>): string {
  const voteOf = (id: NodeId): boolean | undefined => {
    const vote = given.get(id);
    return vote === undefined || vote === '_' ? undefined : vote === 'y';
  };
  const result = voteResult(confOf(halves), voteOf);
  assert.equal(voteResult(confOf(swap(halves)), voteOf), result, 'the halves may be exchanged');
  if (!halves.isJoint) assert.equal(majorityVote(halves.voters, voteOf), result);
  return `Vote${result.charAt(0).toUpperCase()}${result.slice(1)}\n`;
}

function runCommitted(halves: Halves, given: ReadonlyMap<NodeId, string>): string {
  const acked = (id: NodeId): number | undefined => {
    const index = given.get(id);
    return index === undefined || index === '_' ? undefined : toNumber(index);
  };
  const index = committedIndex(confOf(halves), acked);
  assert.equal(committedIndex(confOf(swap(halves)), acked), index, 'the halves may be exchanged');
  if (!halves.isJoint) assertMajority(halves.voters, acked, index);
  const text = index === Number.POSITIVE_INFINITY ? '∞' : String(index);
  return `${renderChart([...given.keys()], acked)}${text}\n`;
}

/** Other ways to the same index. */
function assertMajority(voters: Ids, acked: AckedIndex, index: number): void {
  assert.equal(majorityCommitted(voters, acked), index);
  const conf = { ...emptyConf, voters };
  assert.equal(committedIndex({ ...conf, votersOutgoing: voters }, acked), index, 'with itself');
  for (const lowered of voters) {
    const its = acked(lowered) ?? 0;
    if (its >= index || its === 0) continue;
    for (const lower of [its - 1, 0]) {
      const overlaid = (id: NodeId): number | undefined => (id === lowered ? lower : acked(id));
      assert.equal(majorityCommitted(voters, overlaid), index, 'who lags behind does not count');
    }
  }
}

function confOf({ voters, outgoing }: Halves) {
  return { ...emptyConf, voters, votersOutgoing: outgoing };
}

function swap({ voters, outgoing, isJoint }: Halves): Halves {
  return { voters: outgoing, outgoing: voters, isJoint };
}

/** The indexes as bars: the longer, the more voters lie behind. */
function renderChart(ids: Ids, acked: AckedIndex): string {
  if (ids.length === 0) return '<empty majority quorum>';
  const width = ids.length;
  const indexes = ids.map((id) => acked(id) ?? 0);
  const lines = ids
    .toSorted((left, right) => left - right)
    .map((id) => {
      const index = acked(id) ?? 0;
      const bar = indexes.filter((other) => other < index).length;
      const isKnown = acked(id) !== undefined;
      const head = isKnown ? `${'x'.repeat(bar)}>` : '?';
      const column = head.padEnd(width + 1);
      return `${column} ${String(index).padStart(5)}    (id=${hex(id)})\n`;
    });
  return `${' '.repeat(width)}    idx\n${lines.join('')}`;
}
