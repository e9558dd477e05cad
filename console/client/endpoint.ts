import { existsSync, lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { type Environment, readSetting } from './settings.ts';

/**
 * Which server to ask, in this order:
 *
 * 1. `--address`, then `STRONGBOX_ADDR` (or `VAULT_ADDR`): https, http, or `unix:///path`;
 * 2. the Unix socket named by `STRONGBOX_SOCKET`;
 * 3. `./.strongbox/run/strongbox.sock`, the agent that `npm start` runs from this folder;
 * 4. `/run/strongbox/strongbox.sock`, the agent that runs as a service;
 * 5. `https://127.0.0.1:8200`, with the authority in `./.strongbox/data/tls/ca.pem` if it is there.
 *
 * What lies below the current folder is used only if root or the caller owns it: in a folder that
 * others write to, a socket put there by somebody else would be handed the caller's token. The
 * service's belongs to the user it runs as, and only root and that user can put one in its place.
 */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string; readonly source: string }
  | {
      readonly kind: 'url';
      readonly secure: boolean;
      readonly host: string;
      readonly port: number;
      /** Path in front of `/v1/`, without a slash at its end; mostly empty. */
      readonly base: string;
      readonly source: string;
      /** An authority to trust where none is configured. */
      readonly authorityFile?: string;
    };

const defaultPort = 8_200;
const localFolder = '.strongbox';
const serviceSocketPath = '/run/strongbox/strongbox.sock';

export interface EndpointSearch {
  readonly environment: Environment;
  /** `--address`, if given. */
  readonly address: string | undefined;
  readonly folder: string;
  /** Where the service's socket lies, if not where its unit has it. */
  readonly serviceSocket?: string;
}

/** Finds the server to ask. Throws `client.address-invalid`. */
export function findEndpoint(search: EndpointSearch): Endpoint {
  const { environment, address, folder, serviceSocket = serviceSocketPath } = search;
  if (address !== undefined) return parseAddress(address, '--address');
  const configured = readSetting(environment, 'ADDR');
  if (configured !== undefined) return parseAddress(configured.value, configured.variable);
  const socket = readSetting(environment, 'SOCKET');
  if (socket !== undefined) {
    return { kind: 'socket', path: resolve(folder, socket.value), source: socket.variable };
  }
  const nearby = join(folder, localFolder, 'run', 'strongbox.sock');
  if (isTrusted(nearby)) return { kind: 'socket', path: nearby, source: 'this folder' };
  if (existsSync(serviceSocket)) return { kind: 'socket', path: serviceSocket, source: 'service' };
  const authorityFile = join(folder, localFolder, 'data', 'tls', 'ca.pem');
  return {
    kind: 'url',
    secure: true,
    host: '127.0.0.1',
    port: defaultPort,
    base: '',
    source: 'default',
    ...(isTrusted(authorityFile) && { authorityFile }),
  };
}

/** The endpoint as a person would write it. */
export function endpointText(endpoint: Endpoint): string {
  if (endpoint.kind === 'socket') return `unix://${endpoint.path}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.secure ? 'https' : 'http'}://${host}:${endpoint.port}${endpoint.base}`;
}

function parseAddress(text: string, source: string): Endpoint {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    if (!path.startsWith('/')) throw invalid('names a socket without its whole path');
    return { kind: 'socket', path, source };
  }
  const url = URL.parse(text);
  if (url === null) throw invalid('cannot be understood');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('has another scheme');
  if (url.username !== '' || url.password !== '') throw invalid('holds a user name or password');
  if (url.search !== '' || url.hash !== '') throw invalid('holds a query or fragment');
  const secure = url.protocol === 'https:';
  return {
    kind: 'url',
    secure,
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    base: url.pathname.replace(/\/+$/u, ''),
    source,
  };
}

function invalid(problem: string): Error {
  return failure('client.address-invalid', { problem });
}

/** Whether something is there and belongs to root or to the caller. */
function isTrusted(path: string): boolean {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats !== undefined && (stats.uid === 0 || stats.uid === process.getuid?.());
  } catch {
    return false; // a folder on the way may not be looked into: then it is not ours either
  }
}
