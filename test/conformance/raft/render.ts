/** The core's values in etcd's words, byte for byte (etcd-io/raft, `util.go` and `tracker`). */
import { decodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import type { ConfChange, ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import type { ProgressView } from '../../../src/raft/events.ts';
import type { Message } from '../../../src/raft/messages.ts';
import { appendThread, applyThread, type Ready } from '../../../src/raft/ready.ts';
import type {
  ConfState,
  Entry,
  HardState,
  NodeId,
  Proposal,
  Role,
  Snapshot,
} from '../../../src/raft/types.ts';

/** Marks a change that was proposed in etcd's first format: here both are one. */
export const firstFormat = new TextEncoder().encode('v1');

const roleNames: Readonly<Record<Role, string>> = {
  follower: 'StateFollower',
  'pre-candidate': 'StatePreCandidate',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
};

const changeLetters: Readonly<Record<ConfChangeSingle['type'], string>> = {
  'add-voter': 'v',
  'add-learner': 'l',
  remove: 'r',
  update: 'u',
};

const changeNames: Readonly<Record<ConfChangeSingle['type'], string>> = {
  'add-voter': 'ConfChangeAddNode',
  'add-learner': 'ConfChangeAddLearnerNode',
  remove: 'ConfChangeRemoveNode',
  update: 'ConfChangeUpdateNode',
};

const transitionNames: Readonly<Record<ConfChange['transition'], string>> = {
  auto: 'ConfChangeTransitionAuto',
  'joint-implicit': 'ConfChangeTransitionJointImplicit',
  'joint-explicit': 'ConfChangeTransitionJointExplicit',
};

export function roleName(role: Role): string {
  return roleNames[role];
}

export function hex(id: number): string {
  return id.toString(16);
}

function renderIds(ids: readonly NodeId[]): string {
  return `(${ids.map(hex).join(' ')})`;
}

export function renderConf(conf: ConfState): string {
  let text = `voters=${renderIds(conf.voters)}`;
  if (conf.votersOutgoing.length > 0) text += `&&${renderIds(conf.votersOutgoing)}`;
  if (conf.learners.length > 0) text += ` learners=${renderIds(conf.learners)}`;
  if (conf.learnersNext.length > 0) text += ` learners_next=${renderIds(conf.learnersNext)}`;
  return conf.autoLeave ? `${text} autoleave` : text;
}

export function renderProgress(progress: ProgressView): string {
  const state = progress.state;
  const name = `State${state.charAt(0).toUpperCase()}${state.slice(1)}`;
  let text = `${name} match=${progress.match} next=${progress.next}`;
  if (progress.isLearner) text += ' learner';
  if (progress.isPaused) text += ' paused';
  if (progress.pendingSnapshot > 0) text += ` pendingSnap=${progress.pendingSnapshot}`;
  if (!progress.recentActive) text += ' inactive';
  if (progress.inflights > 0) text += ` inflight=${progress.inflights}`;
  return progress.inflights > 0 && progress.isWindowFull ? `${text}[full]` : text;
}

export function renderProgressMap(progress: ReadonlyMap<NodeId, ProgressView>): string {
  return [...progress].map(([id, view]) => `${id}: ${renderProgress(view)}\n`).join('');
}

/** A change in full, as it stands in the log line of one that is ignored. */
export function renderConfChange({ transition, changes }: ConfChange): string {
  const parts = changes.map(({ type, id }) => ` changes:{type:${changeNames[type]} node_id:${id}}`);
  return `transition:${transitionNames[transition]}${parts.join('')}`;
}

function renderEntry(entry: Entry | Proposal): string {
  const { term, index } = { term: 0, index: 0, ...entry };
  return `${term}/${index} ${renderPayload(entry)}`;
}

function renderPayload({ type, data }: Proposal): string {
  if (type === 'normal') return `EntryNormal ${JSON.stringify(new TextDecoder().decode(data))}`;
  const change = decodeConfChange(data);
  const isFirstFormat = Buffer.from(change.context).equals(firstFormat);
  const changes = change.changes.map((single) => ` ${changeLetters[single.type]}${single.id}`);
  return `EntryConfChange${isFirstFormat ? '' : 'V2'}${changes.join('')}`;
}

export function renderEntries(entries: readonly Entry[]): string {
  return entries.map((entry) => `${renderEntry(entry)}\n`).join('');
}

export function renderSnapshot({ index, term, confState }: Snapshot): string {
  const list = (ids: readonly NodeId[]): string => `[${ids.join(' ')}]`;
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = confState;
  const conf =
    `Voters:${list(voters)} VotersOutgoing:${list(votersOutgoing)} ` +
    `Learners:${list(learners)} LearnersNext:${list(learnersNext)} AutoLeave:${autoLeave}`;
  return `Index:${index} Term:${term} ConfState:${conf}`;
}

function renderHardState({ term, vote, commit }: HardState): string {
  return `Term:${term}${vote === 0 ? '' : ` Vote:${vote}`} Commit:${commit}`;
}

export function renderReady(ready: Ready): string {
  let text = '';
  const { softState, hardState, readStates, entries, snapshot, committedEntries } = ready;
  if (softState !== undefined) {
    text += `Lead:${softState.lead} State:${roleName(softState.role)}\n`;
  }
  if (hardState !== undefined) text += `HardState ${renderHardState(hardState)}\n`;
  if (readStates.length > 0) {
    const states = readStates.map(({ index, context }) => `{${index} ${context}}`);
    text += `ReadStates [${states.join(' ')}]\n`;
  }
  if (entries.length > 0) text += `Entries:\n${renderEntries(entries)}`;
  if (snapshot !== undefined) text += `Snapshot ${renderSnapshot(snapshot)}\n`;
  if (committedEntries.length > 0) {
    text += `CommittedEntries:\n${renderEntries(committedEntries)}`;
  }
  if (ready.messages.length > 0) {
    text += `Messages:\n${ready.messages.map((message) => `${renderMessage(message)}\n`).join('')}`;
  }
  return text === '' ? '<empty Ready>' : `Ready MustSync=${ready.mustSync}:\n${text}`;
}

function renderTarget(id: NodeId): string {
  if (id === 0) return 'None';
  if (id === appendThread) return 'AppendThread';
  return id === applyThread ? 'ApplyThread' : hex(id);
}

/** What a message has of the fields that etcd keeps in every message. */
interface Fields {
  readonly index: number;
  readonly logTerm: number;
  readonly rejectHint: number | undefined;
  readonly commit: number;
  readonly vote: number;
  /** Ours: etcd puts such a count among opaque bytes, which it does not print. */
  readonly readPosition: number;
  readonly entries: readonly (Entry | Proposal)[];
  readonly snapshot: Snapshot | undefined;
  readonly responses: readonly Message[];
}

const noFields: Fields = {
  index: 0,
  logTerm: 0,
  rejectHint: undefined,
  commit: 0,
  vote: 0,
  readPosition: 0,
  entries: [],
  snapshot: undefined,
  responses: [],
};

function fieldsOf(message: Message): Fields {
  switch (message.type) {
    case 'MsgAppResp':
      return {
        ...noFields,
        ...message,
        rejectHint: message.reject ? message.rejectHint : undefined,
      };
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      return { ...noFields, rejectHint: message.reject ? 0 : undefined };
    case 'MsgStorageAppend': {
      const { commit, vote } = message.hardState ?? noFields;
      return { ...noFields, ...message, commit, vote };
    }
    case 'MsgStorageAppendResp': {
      const { index, term: logTerm } = message.last ?? { index: 0, term: 0 };
      return { ...noFields, index, logTerm, snapshot: message.snapshot };
    }
    default:
      return { ...noFields, ...message };
  }
}

export function renderMessage(message: Message, indent = ''): string {
  const fields = fieldsOf(message);
  let text =
    `${indent}${renderTarget(message.from)}->${renderTarget(message.to)} ${message.type} ` +
    `Term:${message.term} Log:${fields.logTerm}/${fields.index}`;
  if (fields.rejectHint !== undefined) text += ` Rejected (Hint: ${fields.rejectHint})`;
  if (fields.commit !== 0) text += ` Commit:${fields.commit}`;
  if (fields.vote !== 0) text += ` Vote:${fields.vote}`;
  if (fields.readPosition !== 0) text += ` Read:${fields.readPosition}`;
  const [first, ...others] = fields.entries;
  if (first !== undefined && others.length === 0) text += ` Entries:[${renderEntry(first)}]`;
  if (others.length > 0) {
    const lines = fields.entries.map((entry) => `\n${indent}  ${renderEntry(entry)}`);
    text += ` Entries:[${lines.join('')}\n${indent}]`;
  }
  if (fields.snapshot !== undefined) {
    text += `\n${indent}  Snapshot: ${renderSnapshot(fields.snapshot)}`;
  }
  if (fields.responses.length > 0) {
    const lines = fields.responses.map((response) => `\n${renderMessage(response, `${indent}  `)}`);
    text += ` Responses:[${lines.join('')}\n${indent}]`;
  }
  return text;
}
