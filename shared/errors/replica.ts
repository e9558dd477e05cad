/** Errors of the replicated store. */
import type { ErrorArea } from './spec.ts';

export const replicaErrors = {
  'replica.no-leader': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      'no majority of the agents could be reached in time, nothing was changed; check that more ' +
      'than half of them run and reach each other',
  },
  'replica.outcome-unknown': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'the cluster did not confirm the change in time; it may or may not have been made: read ' +
      'before you try again',
  },
  'replica.quarantined': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      'this agent holds other data than the majority and serves none of it; ask another agent, ' +
      'then remove this one from the cluster and let it join anew',
  },
  'replica.no-fit-peer': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      'no other unsealed and healthy agent could take over the leadership; unseal one first, or ' +
      'force it',
  },
  'replica.not-leader': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'this agent does not lead the cluster; ask the one that does',
  },
  'replica.not-member': {
    status: 503,
    exit: 2,
    retryable: false,
    message: 'this agent is no member of the cluster any more; ask another one',
  },
  'replica.change-refused': {
    status: 400,
    exit: 2,
    retryable: true,
    message: 'the members cannot be changed so now: {reason}',
  },
  'replica.log-gap': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the log begins at entry {first} and the state ends at {applied}: entries between are ' +
      'missing; restore the data folder as a whole, or join this agent anew',
  },
  'replica.log-short': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the log ends at entry {last} and had committed up to {commit}: its end is lost; restore the ' +
      'data folder as a whole, or join this agent anew',
  },
  'replica.entry-unknown': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the log holds an entry that this build does not know (format {format}, kind {kind}); start ' +
      'the newer build that wrote it',
  },
  'replica.state-damaged': {
    status: 500,
    exit: 2,
    retryable: false,
    message: 'a record of the replicated state cannot be read: {reason}; join this agent anew',
  },
} as const satisfies ErrorArea;
