/** The core's events as the lines that etcd logs (etcd-io/raft, `raft.go`, `log.go`). */
import type { EventFields, RaftEvent } from '../../../src/raft/events.ts';
import type { EntryId, NodeId } from '../../../src/raft/types.ts';
import {
  hex,
  renderConf,
  renderConfChange,
  renderProgress,
  renderSnapshot,
  roleName,
} from './render.ts';

export type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

type Renderers = {
  readonly [Type in keyof EventFields]: (
    fields: EventFields[Type],
    self: string,
  ) => LogLine | undefined;
};

const debug = (text: string): LogLine => ({ level: 'DEBUG', text });
const info = (text: string): LogLine => ({ level: 'INFO', text });
const warn = (text: string): LogLine => ({ level: 'WARN', text });
const error = (text: string): LogLine => ({ level: 'ERROR', text });

/** Renders an event of the node; undefined where etcd says nothing. */
export function renderEvent(self: NodeId, event: RaftEvent): LogLine | undefined {
  const render = renderers[event.type] as (fields: RaftEvent, self: string) => LogLine | undefined;
  return render(event, hex(self));
}

const renderers: Renderers = {
  started: ({ voters, term, committed, applied, last }, self) =>
    info(
      `newRaft ${self} [peers: [${voters.map(hex).join(',')}], term: ${term}, commit: ${committed}, ` +
        `applied: ${applied}, lastindex: ${last.index}, lastterm: ${last.term}]`,
    ),
  'became-role': ({ role, term }, self) => info(`${self} became ${role} at term ${term}`),
  'conf-switched': ({ conf }, self) =>
    info(`${self} switched to configuration ${renderConf(conf)}`),
  'campaign-ignored': ({ reason, term }, self) => {
    if (reason === 'leader') return debug(`${self} ignoring MsgHup because already leader`);
    if (reason === 'not-promotable') return warn(`${self} is unpromotable and can not campaign`);
    return warn(
      `${self} cannot campaign at term ${term} since there are still pending configuration ` +
        `changes to apply`,
    );
  },
  'campaign-started': ({ term }, self) =>
    info(`${self} is starting a new election at term ${term}`),
  'vote-requested': ({ last, request, peer, term }, self) =>
    info(`${self} ${at(last)} sent ${request} request to ${hex(peer)} at term ${term}`),
  'vote-received': ({ answer, granted, peer, term }, self) =>
    info(
      `${self} received ${answer}${granted ? '' : ' rejection'} from ${hex(peer)} at term ${term}`,
    ),
  'votes-tallied': ({ answer, granted, rejected }, self) =>
    info(`${self} has received ${granted} ${answer} votes and ${rejected} vote rejections`),
  'vote-ignored-in-lease': (fields, self) =>
    info(
      `${voteLine(fields, self, 'ignored', 'from')}: lease is not expired ` +
        `(remaining ticks: ${fields.remainingTicks})`,
    ),
  'vote-cast': (fields, self) => info(voteLine(fields, self, 'cast', 'for')),
  'vote-rejected': (fields, self) => info(voteLine(fields, self, 'rejected', 'from')),
  'higher-term-seen': ({ term, message, peer, theirTerm }, self) =>
    info(
      `${self} [term: ${term}] received a ${message} message with higher term from ${hex(peer)} ` +
        `[term: ${theirTerm}]`,
    ),
  'lower-term-ignored': ({ term, message, peer, theirTerm }, self) =>
    info(
      `${self} [term: ${term}] ignored a ${message} message with lower term from ${hex(peer)} ` +
        `[term: ${theirTerm}]`,
    ),
  'commit-learned': ({ committed }, self) =>
    info(`${self} learned from a vote that ${place(committed)} is committed`),
  'quorum-lost': (_fields, self) =>
    warn(`${self} stepped down to follower since quorum is not active`),
  'stepped-down': ({ term }, self) => info(`${self} was told to step down at term ${term}`),
  'leader-forgotten': ({ lead, term }, self) =>
    info(`${self} forgetting leader ${hex(lead)} at term ${term}`),
  'forget-leader-ignored': () => error('ignoring MsgForgetLeader due to ReadOnlyLeaseBased'),

  'proposal-dropped': ({ reason, peer, term }, self) => {
    if (reason === 'no-leader') return info(`${self} no leader at term ${term}; dropping proposal`);
    if (reason === 'not-forwarded') {
      return info(
        `${self} not forwarding to leader ${hex(peer)} at term ${term}; dropping proposal`,
      );
    }
    if (reason === 'transfer-in-progress') {
      return debug(
        `${self} [term ${term}] transfer leadership to ${hex(peer)} is in progress; ` +
          'dropping proposal',
      );
    }
    if (reason === 'uncommitted-limit') {
      return warn(
        `${self} appending new entries to log would exceed uncommitted entry size limit; ` +
          'dropping proposal',
      );
    }
    return undefined;
  },
  'conf-change-ignored': ({ change, conf, reason, pendingConfIndex, applied }, self) => {
    const failedChecks = {
      pending: `possible unapplied conf change at index ${pendingConfIndex} (applied to ${applied})`,
      joint: 'must transition out of joint config first',
      'not-joint': 'not in joint state; refusing empty conf change',
      impossible: 'it leads to no configuration',
    };
    return info(
      `${self} ignoring conf change ${renderConfChange(change)} at config ${renderConf(conf)}: ` +
        failedChecks[reason],
    );
  },
  'conf-change-repeated': ({ index }, self) =>
    info(`${self} ignoring conf change at index ${index}, which is in force already`),
  'auto-leave-started': ({ conf }) =>
    info(`initiating automatic transition out of joint configuration ${renderConf(conf)}`),
  'auto-leave-refused': ({ conf }) =>
    debug(
      `not initiating automatic transition out of joint configuration ${renderConf(conf)}: ` +
        'raft proposal dropped',
    ),

  'append-rejected': ({ at: theirs, term, peer }, self) =>
    debug(
      `${self} ${at({ term, index: theirs.index })} rejected MsgApp ${at(theirs)} from ${hex(peer)}`,
    ),
  'append-rejection-received': ({ hint, peer, index }, self) =>
    debug(
      `${self} received MsgAppResp(rejected, hint: (index ${hint.index}, term ${hint.term})) ` +
        `from ${hex(peer)} for index ${index}`,
    ),
  'progress-decreased': ({ peer, progress }, self) =>
    debug(`${self} decreased progress of ${hex(peer)} to [${renderProgress(progress)}]`),
  'peer-unknown': ({ peer }, self) => debug(`${self} no progress available for ${hex(peer)}`),
  'peer-unreachable': ({ peer, progress }, self) =>
    debug(
      `${self} failed to send message to ${hex(peer)} because it is unreachable ` +
        `[${renderProgress(progress)}]`,
    ),
  'snapshot-skipped': ({ peer, reason }, self) =>
    debug(
      reason === 'inactive'
        ? `ignore sending snapshot to ${hex(peer)} since it is not recently active`
        : `${self} failed to send snapshot to ${hex(peer)} because snapshot is temporarily unavailable`,
    ),
  'snapshot-sent': ({ peer, progress, firstIndex, committed, snapshot }, self) =>
    debug(
      `${self} [firstindex: ${firstIndex}, commit: ${committed}] sent snapshot` +
        `[index: ${snapshot.index}, term: ${snapshot.term}] to ${hex(peer)} [${renderProgress(progress)}]`,
    ),
  'replication-paused': ({ peer, progress }, self) =>
    debug(
      `${self} paused sending replication messages to ${hex(peer)} [${renderProgress(progress)}]`,
    ),
  'replication-resumed': ({ peer, progress, reason }, self) => {
    const causes = {
      'append-accepted': 'recovered from needing snapshot',
      'snapshot-succeeded': 'snapshot succeeded',
      'snapshot-failed': 'snapshot failed',
      'snapshot-overdue': 'snapshot overdue',
    };
    return debug(
      `${self} ${causes[reason]}, resumed sending replication messages to ${hex(peer)} ` +
        `[${renderProgress(progress)}]`,
    );
  },

  'snapshot-held': ({ snapshot }, self) =>
    info(`${self} holding snapshot ${place(snapshot)} while entries are applied`),
  'snapshot-foreign': ({ conf }, self) =>
    warn(
      `${self} attempted to restore snapshot but it is not in the ConfState ` +
        `${renderSnapshot({ index: 0, term: 0, confState: conf })}; should never happen`,
    ),
  'snapshot-fast-forward': ({ committed, last, snapshot }, self) =>
    info(`${self} ${stand(committed, last)} fast-forwarded commit to snapshot ${place(snapshot)}`),
  'snapshot-restoring': ({ log, snapshot }) =>
    info(
      `log [committed=${log.committed}, applied=${log.applied}, applying=${log.applying}, ` +
        `unstable.offset=${log.offset}, unstable.offsetInProgress=${log.offsetInProgress}, ` +
        `len(unstable.Entries)=${log.unstableEntries}] starts to restore snapshot ${place(snapshot)}`,
    ),
  'snapshot-restored': ({ committed, last, snapshot }, self) =>
    info(`${self} ${stand(committed, last)} restored snapshot ${place(snapshot)}`),
  'snapshot-handled': ({ committed, snapshot, restored }, self) =>
    info(
      `${self} [commit: ${committed}] ${restored ? 'restored' : 'ignored'} snapshot ${place(snapshot)}`,
    ),

  'log-conflict': ({ index, ourTerm, theirTerm }) =>
    info(
      `found conflict at index ${index} [existing term: ${ourTerm}, conflicting term: ${theirTerm}]`,
    ),
  'unstable-replaced': ({ from }) => info(`replace the unstable entries from index ${from}`),
  'unstable-truncated': ({ before }) =>
    info(`truncate the unstable entries before index ${before}`),
  'stable-ignored': ({ reason, index, theirTerm, ourTerm }) => {
    if (reason === 'missing') {
      return info(`entry at index ${index} missing from unstable log; ignoring`);
    }
    if (reason === 'snapshot') {
      return info(`entry at index ${index} matched unstable snapshot; ignoring`);
    }
    return info(
      `entry at (index,term)=(${index},${theirTerm}) mismatched with entry at ` +
        `(${index},${ourTerm}) in unstable log; ignoring`,
    );
  },
  'append-done-outdated': ({ term, theirTerm }, self) =>
    info(
      `${self} [term: ${term}] ignored entry appends from a MsgStorageAppendResp message with ` +
        `lower term [term: ${theirTerm}]`,
    ),

  'transfer-started': ({ term, peer }, self) =>
    info(`${self} [term ${term}] starts to transfer leadership to ${hex(peer)}`),
  'transfer-aborted': ({ term, peer }, self) =>
    info(`${self} [term ${term}] abort previous transferring leadership to ${hex(peer)}`),
  'transfer-repeated': ({ term, peer }, self) =>
    info(
      `${self} [term ${term}] transfer leadership to ${hex(peer)} is in progress, ` +
        `ignores request to same node ${hex(peer)}`,
    ),
  'transfer-refused': ({ peer, reason }) =>
    debug(
      reason === 'learner'
        ? `${hex(peer)} is learner. Ignored transferring leadership`
        : `${hex(peer)} is already leader. Ignored transferring leadership to self`,
    ),
  'transfer-dropped': ({ term }, self) =>
    info(`${self} no leader at term ${term}; dropping leader transfer msg`),
  'timeout-now-sent': ({ peer, reason }, self) =>
    info(
      reason === 'up-to-date'
        ? `${self} sends MsgTimeoutNow to ${hex(peer)} immediately as ${hex(peer)} already has ` +
            'up-to-date log'
        : `${self} sent MsgTimeoutNow to ${hex(peer)} after received MsgAppResp`,
    ),
  'timeout-now-received': ({ term, peer }, self) =>
    info(
      `${self} [term ${term}] received MsgTimeoutNow from ${hex(peer)} and starts an election to ` +
        'get leadership.',
    ),
  'timeout-now-ignored': ({ term, peer, role }, self) =>
    debug(`${self} [term ${term} state ${roleName(role)}] ignored MsgTimeoutNow from ${hex(peer)}`),

  'read-dropped': ({ term }, self) =>
    info(`${self} no leader at term ${term}; dropping index reading msg`),
};

function at({ term, index }: EntryId): string {
  return `[logterm: ${term}, index: ${index}]`;
}

function place({ index, term }: EntryId): string {
  return `[index: ${index}, term: ${term}]`;
}

function stand(committed: number, last: EntryId): string {
  return `[commit: ${committed}, lastindex: ${last.index}, lastterm: ${last.term}]`;
}

function voteLine(
  fields: EventFields['vote-cast'],
  self: string,
  verb: string,
  preposition: string,
): string {
  const { last, vote, request, candidate, candidateLast, term } = fields;
  return (
    `${self} [logterm: ${last.term}, index: ${last.index}, vote: ${hex(vote)}] ${verb} ${request} ` +
    `${preposition} ${hex(candidate)} ${at(candidateLast)} at term ${term}`
  );
}
