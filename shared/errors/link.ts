/** Errors of the links between agents. A refused peer is told the code and logs it, too. */
import type { ErrorArea } from './spec.ts';

export const linkErrors = {
  'link.frame-invalid': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'bytes from another agent cannot be read: {reason}; check that both run builds that work ' +
      'together',
  },
  'link.refused': {
    status: 503,
    exit: 2,
    retryable: false,
    message: 'another agent refuses to talk to this one: {reason}',
  },
  'link.cluster-differs': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'agent {peer} belongs to another cluster; check the peer addresses of both configurations',
  },
  'link.version-unsupported': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'agent {peer} speaks versions {theirs} of the protocol and this one {ours}; upgrade one ' +
      'release at a time',
  },
  'link.timings-differ': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'agent {peer} runs with other timings of the cluster; timings are changed for all agents at ' +
      'once',
  },
  'link.peer-behind': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'agent {peer} came back with less than it had acknowledged ({reason}): its disk was lost or ' +
      'an old image restored; remove it from the cluster, then let it join anew',
  },
  'link.peer-removed': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'agent {peer} was removed from the cluster; stop it, and let it join anew with an empty data ' +
      'folder and another id',
  },
} as const satisfies ErrorArea;
