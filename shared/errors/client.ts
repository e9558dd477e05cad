import type { ErrorArea } from './spec.ts';

/**
 * What the console's client says when the server refuses, or cannot be reached. Nobody is answered
 * with these: the statuses say what a gateway would.
 */
export const clientErrors = {
  'client.refused': {
    status: 400,
    exit: 2,
    retryable: false,
    message: '{operation} {path}: {reason} (HTTP {status})',
  },
  'client.denied': {
    status: 403,
    exit: 2,
    retryable: false,
    message:
      '{operation} {path}: permission denied. The token is missing, expired or revoked (log in: ' +
      '`strongbox login`), or its policies do not allow this (look: ' +
      '`strongbox token capabilities`)',
  },
  'client.mount-unseen': {
    status: 403,
    exit: 2,
    retryable: false,
    message:
      '{operation} {path}: there is no such mount, or none that the token may see. Check the path ' +
      '(`strongbox secrets list`), or log in (`strongbox login`)',
  },
  'client.not-found': {
    status: 404,
    exit: 2,
    retryable: false,
    message: '{operation} {path}: nothing is there',
  },
  'client.sealed': {
    status: 503,
    exit: 2,
    retryable: false,
    message: '{operation} {path}: the agent is sealed. Enter shares: `strongbox operator unseal`',
  },
  'client.not-initialised': {
    status: 501,
    exit: 2,
    retryable: false,
    message: '{operation} {path}: there is no key yet. Make one: `strongbox operator init`',
  },
  'client.unavailable': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      '{operation} {path}: {reason} (HTTP {status}, asked {attempts} times). Try again later',
  },
  'client.redirected': {
    status: 502,
    exit: 2,
    retryable: false,
    message:
      '{operation} {path}: the server at {endpoint} sends requests elsewhere. Name the node that ' +
      'answers with --address',
  },
  'client.unreachable': {
    status: 502,
    exit: 2,
    retryable: true,
    message:
      'nothing answers at {endpoint} ({reason}). Start an agent (`npm start`, or its service), ' +
      'or name another address with --address or STRONGBOX_ADDR',
  },
  'client.socket-denied': {
    status: 502,
    exit: 2,
    retryable: false,
    message:
      'no permission to use the socket {endpoint}. Join the group that owns it, or use --address',
  },
  'client.host-unknown': {
    status: 502,
    exit: 2,
    retryable: false,
    message: 'no address is known for the host of {endpoint}. Check its spelling and the resolver',
  },
  'client.timeout': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      'no answer from {endpoint} within {timeoutMs} ms. If the server is only slow, give it more ' +
      'time: STRONGBOX_CLIENT_TIMEOUT',
  },
  'client.interrupted': {
    status: 502,
    exit: 2,
    retryable: true,
    message:
      'the connection to {endpoint} broke off ({reason}). What was asked for may have been done: ' +
      'look before you repeat it',
  },
  'client.tls-authority-unknown': {
    status: 502,
    exit: 2,
    retryable: false,
    message:
      'the certificate of {endpoint} is signed by nobody this host knows. Name the authority ' +
      'that signs it: --ca-cert FILE or STRONGBOX_CACERT (`npm start` prints where its own lies)',
  },
  'client.tls-name-wrong': {
    status: 502,
    exit: 2,
    retryable: false,
    message:
      'the certificate of {endpoint} is for another name. Use a name that it holds in --address, ' +
      'or say which one is expected with --tls-server-name',
  },
  'client.tls-expired': {
    status: 502,
    exit: 2,
    retryable: false,
    message:
      'the certificate of {endpoint} is not valid at this time. Check the clocks of both hosts, ' +
      'then renew the certificate',
  },
  'client.tls-failed': {
    status: 502,
    exit: 2,
    retryable: false,
    message:
      'no TLS connection to {endpoint} ({reason}). If it speaks plain HTTP, write http:// in the ' +
      'address',
  },
  'client.tls-skip-verify': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'certificates are always verified: {setting} is refused. Name the authority instead: ' +
      '--ca-cert FILE or STRONGBOX_CACERT',
  },
  'client.answer-malformed': {
    status: 502,
    exit: 2,
    retryable: false,
    message: 'what answers at {endpoint} does not speak this API: {reason}. Check the address',
  },
  'client.answer-too-large': {
    status: 502,
    exit: 2,
    retryable: false,
    message: 'the answer of {endpoint} is larger than {answerBytesMax} bytes; ask for less',
  },
  'client.request-too-large': {
    status: 413,
    exit: 1,
    retryable: false,
    message: 'the request has {bytes} bytes; at most {requestBytesMax} are taken',
  },
  'client.control-refused': {
    status: 502,
    exit: 2,
    retryable: true,
    message: 'the control channel of {endpoint} was refused: {reason} (HTTP {status})',
  },
  'client.control-closed': {
    status: 502,
    exit: 2,
    retryable: true,
    message:
      'the control channel to {endpoint} is not open ({reason}). What was asked for may have been ' +
      'done: look before you repeat it',
  },
  'client.control-busy': {
    status: 429,
    exit: 2,
    retryable: true,
    message:
      '{controlPendingRequestsMax} requests wait for their answers already. Try again in a moment',
  },
  'client.address-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the address {problem}. Write https://HOST:PORT, http://HOST:PORT or unix:///PATH/TO/SOCKET',
  },
  'client.path-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the path is not one: {reason}',
  },
  'client.setting-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{setting} must be {expected}',
  },
  'client.token-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the token from {source} is not one: a token has 1 to {tokenBytesMax} printable ASCII ' +
      'characters and no spaces. Log in again: `strongbox login`',
  },
  'client.token-file-open': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the token file {file} can be read by others. Run `chmod 600 {file}`; if this host has ' +
      'other users, revoke the token and log in again',
  },
  'client.token-file-unreadable': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the token file {file} cannot be used ({reason}). Mend or remove it, then log in again',
  },
  'client.token-file-unwritable': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the token cannot be kept in {file} ({reason}). Log in with --no-store and set ' +
      'STRONGBOX_TOKEN',
  },
  'client.file-unreadable': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{what} cannot be read from {file} ({reason}). Check its path and mode',
  },
} as const satisfies ErrorArea;
