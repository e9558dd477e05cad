/** The section `listen`: HTTPS addresses and Unix sockets. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isLoopback } from '../http/connection/addresses.ts';
import type { ListenConfig, SocketListenConfig, TcpListenConfig } from './config.ts';
import { listenEntriesMax, serverNamesMax, socketPathBytesMax } from './limits.ts';
import { required, type YamlValue } from './yaml-reader.ts';

const socketModeDefault = 0o600;

export function readListen(section: YamlValue, folder: string): readonly ListenConfig[] {
  const entries = section.list(listenEntriesMax);
  if (entries.length === 0) throw section.refuse('needs at least one address or socket');
  const listeners: ListenConfig[] = [];
  for (const entry of entries) {
    const read = entry.has('socket') ? readSocket(entry, folder) : readAddress(entry, folder);
    if (listeners.some((other) => samePlace(other, read))) throw entry.refuse('is there twice');
    listeners.push(read);
  }
  return listeners;
}

function readSocket(entry: YamlValue, folder: string): SocketListenConfig {
  const map = entry.map(['socket', 'mode', 'group'], 1);
  const mode = map.get('mode');
  return {
    kind: 'socket',
    path: readSocketPath(required(map.get('socket')), folder),
    mode: mode === undefined ? socketModeDefault : readMode(mode),
    group: map.get('group')?.text(),
  };
}

function readSocketPath(value: YamlValue, folder: string): string {
  const path = resolve(folder, value.text());
  const bytes = Buffer.byteLength(path);
  if (bytes <= socketPathBytesMax) return path;
  throw value.refuse(
    `is ${bytes} bytes long from the root, and at most ${socketPathBytesMax} work`,
  );
}

function readMode(value: YamlValue): number {
  const text = value.text();
  if (!/^0?[0-7]{3}$/.test(text)) throw value.refuse('must be a mode such as "0660"');
  const mode = Number.parseInt(text, 8);
  if ((mode & 0o111) !== 0) throw value.refuse('a socket cannot be executed; leave the x bits out');
  return mode;
}

function readAddress(entry: YamlValue, folder: string): TcpListenConfig {
  const map = entry.map(['address', 'tls', 'names'], 1);
  const address = required(map.get('address'));
  const { host, port } = readHostPort(address);
  const tls = readTls(map.get('tls'), folder);
  if (tls.kind === 'off' && !isLoopback(host)) {
    throw (map.get('tls') ?? address).refuse('off is for loopback addresses only, use auto');
  }
  const names = map.get('names')?.list(serverNamesMax).map(readName) ?? [];
  return { kind: 'tcp', host, port, tls, names };
}

/** `127.0.0.1:8200`, `[::1]:8200`, `name:8200`; port 0 takes a free one. */
export function readHostPort(value: YamlValue): { host: string; port: number } {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:]+)):(\d{1,5})$/.exec(value.text()) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535 || !isHost(host)) {
    throw value.refuse('must be an address and a port, as in 127.0.0.1:8200 or [::1]:8200');
  }
  return { host, port };
}

function isHost(host: string): boolean {
  return isIP(host) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})$/.test(host);
}

function readName(value: YamlValue): string {
  const name = value.text();
  if (isHost(name.replace(/^\*\./, ''))) return name;
  throw value.refuse('must be a host name or an address');
}

function readTls(value: YamlValue | undefined, folder: string): TcpListenConfig['tls'] {
  if (value === undefined) return { kind: 'auto' };
  if (value.isScalar) return { kind: value.choice(['auto', 'off']) };
  const map = value.map(['cert', 'key'], 2);
  return {
    kind: 'files',
    certificate: resolve(folder, required(map.get('cert')).text()),
    key: resolve(folder, required(map.get('key')).text()),
  };
}

function samePlace(left: ListenConfig, right: ListenConfig): boolean {
  if (left.kind === 'socket' || right.kind === 'socket') {
    return (
      left.kind === right.kind && 'path' in left && 'path' in right && left.path === right.path
    );
  }
  return left.host === right.host && left.port === right.port && left.port !== 0;
}
