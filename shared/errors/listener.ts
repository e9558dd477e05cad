import type { ErrorArea } from './spec.ts';

/** Why a listener cannot start; for the operator who reads the first lines of the log. */
export const listenerErrors = {
  'listener.port-busy': {
    status: 500,
    exit: 1,
    retryable: true,
    message:
      'cannot listen on {address}: another process has the port; ' +
      'find it with "ss -ltnp", or set another port under "listen"',
  },
  'listener.address-unavailable': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'cannot listen on {address}: no interface of this host has that address; ' +
      'set one that "ip addr" shows under "listen"',
  },
  'listener.forbidden': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'cannot listen on {address}: permission denied; ' +
      'ports below 1024 need CAP_NET_BIND_SERVICE, sockets need a folder that the agent may write',
  },
  'listener.failed': {
    status: 500,
    exit: 1,
    retryable: true,
    message: 'cannot listen on {address} ({reason}); check "listen" in the configuration',
  },
  'listener.plain-exposed': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'refusing plain HTTP on {address}: without TLS only loopback (127.0.0.0/8, ::1) is served; ' +
      'set "tls: auto" or a certificate',
  },
  'listener.socket-path-long': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the socket path {path} has {bytes} bytes, and the kernel takes at most ' +
      '{socketPathBytesMax}; set a shorter one, such as /run/strongbox/agent.sock',
  },
  'listener.socket-folder': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the socket {path} cannot be made in {folder} ({reason}); make that a folder which the ' +
      'agent may write to, or set another path under "listen"',
  },
  'listener.socket-busy': {
    status: 500,
    exit: 1,
    retryable: true,
    message:
      'another process answers on the socket {path}; stop it ' +
      '(find it with "ss -xlp"), or set another path under "listen"',
  },
  'listener.socket-foreign': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      '{path} exists and is not a dead socket of this user; ' +
      'remove it if nobody needs it, or set another path under "listen"',
  },
  'listener.group-unknown': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the group {group} of the socket is not in /etc/group; create it with "groupadd"',
  },
  'listener.group-forbidden': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'cannot give the socket {path} to the group {group}; ' +
      'the user that runs the agent must be a member of it',
  },
} as const satisfies ErrorArea;
