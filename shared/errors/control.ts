import type { ErrorArea } from './spec.ts';

/** Refusals of the control channel itself; what its requests are refused with is the core's. */
export const controlErrors = {
  'control.upgrade-required': {
    status: 426,
    exit: 2,
    retryable: false,
    message:
      'this path is a WebSocket (RFC 6455, version 13) with the sub-protocol {subprotocol}; ' +
      'ask for the upgrade, or run "strongbox console"',
  },
  'control.handshake-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the WebSocket handshake is not valid: {reason}',
  },
  'control.too-many-sockets': {
    status: 429,
    exit: 2,
    retryable: true,
    message:
      'too many control sockets are open ({kind}); close one, or dial the Unix socket on the host',
  },
  'control.message-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the message is no request of JSON-RPC 2.0: {reason}',
  },
  'control.too-many-pending': {
    status: 429,
    exit: 2,
    retryable: false,
    message:
      'more than {pendingMax} requests of this socket wait for their answers; wait for some of them',
  },
  'control.method-unknown': {
    status: 404,
    exit: 2,
    retryable: false,
    message: 'the control channel has no such method; the agent may be older than the console',
  },
  'control.params-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the parameter {name} must be {expected}',
  },
  'control.params-unknown': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the method {method} has other parameters; it takes: {names}',
  },
  'control.answer-too-large': {
    status: 413,
    exit: 2,
    retryable: false,
    message: 'the answer is larger than {answerBytesMax} bytes; ask for a part of it',
  },
  'control.node-unknown': {
    status: 404,
    exit: 2,
    retryable: false,
    message: 'this agent holds the audit log of {node} only; ask the other node for its own',
  },
  'control.audit-not-kept': {
    status: 404,
    exit: 2,
    retryable: false,
    message: 'this agent keeps no audit file; configure an audit device of type file',
  },
  'control.audit-line-too-large': {
    status: 413,
    exit: 2,
    retryable: false,
    message: 'record {index} is larger than a page of the channel; read the file on the host',
  },
  'control.challenge-missing': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'there is no challenge to answer; ask for one, and answer each once',
  },
  'control.operator-refused': {
    status: 403,
    exit: 2,
    retryable: false,
    message:
      'the signature is not that of a registered operator of this name, for this node and this connection; a proxy that ends TLS before the agent makes every signature fail',
  },
} as const satisfies ErrorArea;
