/**
 * Reads the YAML of architecture section 9 into an AgentConfig, or says what is wrong, and where.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { failure, isFailure, StrongBoxError } from '../../shared/errors/failure.ts';
import { requestBytesMax } from '../../shared/limits.ts';
import { parseBytes } from '../../shared/units/size.ts';
import { mountPath } from '../../src/namespaces/mount-paths.ts';
import { systemErrorCode } from '../system-error.ts';
import type { AgentConfig, AuditConfig, InitialMountConfig } from './config.ts';
import {
  auditEntriesMax,
  auditFilesKeptMax,
  configBytesMax,
  initialMountsMax,
  requestThreadsMax,
  rotateBytesMin,
} from './limits.ts';
import { readHostPort, readListen } from './read-listen.ts';
import { required, YamlDocument, type YamlValue } from './yaml-reader.ts';

const rotateBytesDefault = 268_435_456;
const rotateKeepDefault = 30;

/** Throws `config.unreadable` and `config.invalid`. */
export function loadConfig(file: string): AgentConfig {
  const document = new YamlDocument(file, readText(file));
  return readConfig(document.root, dirname(resolve(file)));
}

function readText(file: string): string {
  try {
    if (statSync(file).size > configBytesMax) {
      throw failure('config.invalid', {
        file,
        line: 1,
        problem: `the file is larger than ${configBytesMax} bytes`,
      });
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof StrongBoxError) throw error;
    const code = systemErrorCode(error) ?? 'unknown';
    throw failure('config.unreadable', { file, code }, error);
  }
}

const sections = [
  'node',
  'listen',
  'audit',
  'peer',
  'store',
  'threads',
  'seal',
  'init',
  'metrics',
  'log',
  'limits',
] as const;
const requiredSections = 3;

function readConfig(root: YamlValue, folder: string): AgentConfig {
  const map = root.map([...sections], requiredSections);
  const part = (name: (typeof sections)[number]): YamlValue | undefined => map.get(name);
  const node = required(part('node')).map(['id', 'data'], 2);
  part('store')?.map(['engine'], 1).get('engine')?.choice(['embedded']);
  part('seal')?.map(['type'], 1).get('type')?.choice(['shamir']);
  // Where other agents will reach this one. Nothing listens there while an agent is alone.
  const peer = part('peer')?.map(['address'], 1).get('address');
  if (peer !== undefined) readHostPort(peer);
  const data = resolve(folder, required(node.get('data')).text());
  return {
    node: { id: readNodeId(required(node.get('id'))), data },
    listen: readListen(required(part('listen')), folder),
    threads: { request: readRequestThreads(part('threads')) },
    init: readInit(part('init')),
    audit: readAudit(required(part('audit')), { folder, data }),
    metrics: { access: readWord(part('metrics'), 'access', ['token', 'loopback']) },
    log: { level: readLevel(part('log')) },
    limits: { requestBytes: readRequestBytes(part('limits')) },
  };
}

function readRequestThreads(section: YamlValue | undefined): number {
  const value = section?.map(['request'], 1).get('request');
  if (value === undefined) return 1;
  const count = /^[0-9]{1,2}$/.test(value.text()) ? Number(value.text()) : 0;
  if (count >= 1 && count <= requestThreadsMax) return count;
  throw value.refuse(`must be from 1 to ${requestThreadsMax}, beside the thread that stores`);
}

function readNodeId(value: YamlValue): string {
  const id = value.text();
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(id)) {
    throw value.refuse('must be 1 to 64 of a-z, 0-9, "." and "-", as in node-1');
  }
  return id;
}

function readWord<Word extends string>(
  section: YamlValue | undefined,
  key: string,
  words: readonly [Word, ...Word[]],
): Word {
  return section?.map([key]).get(key)?.choice(words) ?? words[0];
}

function readLevel(section: YamlValue | undefined): AgentConfig['log']['level'] {
  return readWord(section, 'level', ['info', 'debug', 'warn', 'error']);
}

function readRequestBytes(section: YamlValue | undefined): number {
  const value = section?.map(['requestBytes']).get('requestBytes');
  if (value === undefined) return requestBytesMax;
  return readSize(value, 1_024, requestBytesMax);
}

function readSize(value: YamlValue, minimum: number, maximum: number): number {
  const bytes = readBytes(value);
  if (bytes < minimum || bytes > maximum) {
    throw value.refuse(`must be from ${minimum} to ${maximum} bytes`);
  }
  return bytes;
}

function readBytes(value: YamlValue): number {
  const text = value.text();
  try {
    return parseBytes(text);
  } catch (error) {
    if (error instanceof StrongBoxError) throw value.refuse('must be a size, as in 256MiB');
    throw error;
  }
}

function readInit(section: YamlValue | undefined): AgentConfig['init'] {
  const map = section?.map(['from', 'mounts']);
  return {
    from: map?.get('from')?.choice(['local', 'anywhere']) ?? 'local',
    mounts: readMounts(map?.get('mounts')),
  };
}

function readMounts(list: YamlValue | undefined): readonly InitialMountConfig[] {
  const entries = list?.list(initialMountsMax) ?? [];
  const seen: string[] = [];
  return entries.map((entry) => {
    const map = entry.map(['path', 'type', 'version'], 2);
    const path = readMountPath(required(map.get('path')), seen);
    seen.push(path);
    const type = required(map.get('type')).choice(['kv']);
    const version = map.get('version')?.choice(['1', '2']) === '1' ? 1 : 2;
    return { path, type, version };
  });
}

function readMountPath(value: YamlValue, seen: readonly string[]): string {
  if (value.text().endsWith('/')) throw value.refuse('has no slash at its end here');
  const folder = readMountFolder(value);
  const overlaps = seen.some(
    (other) => `${other}/`.startsWith(folder) || folder.startsWith(`${other}/`),
  );
  if (overlaps) throw value.refuse('overlaps with the mount above');
  return folder.slice(0, -1);
}

/** As `sys/mounts/<path>` reads it. */
function readMountFolder(value: YamlValue): string {
  try {
    return mountPath(value.text());
  } catch (error) {
    if (isFailure(error, 'mount.path-reserved')) throw value.refuse('is taken by the agent itself');
    if (error instanceof StrongBoxError) throw value.refuse('must be a path such as secret');
    throw error;
  }
}

function readAudit(
  section: YamlValue,
  { folder, data }: { readonly folder: string; readonly data: string },
): readonly AuditConfig[] {
  const entries = section.list(auditEntriesMax);
  if (entries.length === 0) throw section.refuse('needs at least one device');
  const devices: AuditConfig[] = [];
  for (const entry of entries) {
    const device = readDevice(entry, folder);
    if (devices.some(({ path }) => path === device.path)) throw entry.refuse('has its path twice');
    if (devices.some(({ name }) => name === device.name)) {
      throw entry.refuse('needs a name of its own (name: …), there is one called so');
    }
    if (dirname(device.path) === data) {
      throw entry.refuse('needs a folder of its own, not the data folder');
    }
    devices.push(device);
  }
  return devices;
}

function readDevice(entry: YamlValue, folder: string): AuditConfig {
  const map = entry.map(['type', 'path', 'name', 'sync', 'rotate'], 2);
  const type = required(map.get('type')).choice(['file']);
  const path = resolve(folder, required(map.get('path')).text());
  const name = map.get('name')?.text() ?? 'file';
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) {
    throw required(map.get('name')).refuse('must be 1 to 32 of a-z, 0-9 and "-"');
  }
  const rotate = map.get('rotate')?.map(['bytes', 'keep']);
  const bytes = rotate?.get('bytes');
  return {
    type,
    name,
    path,
    sync: map.get('sync')?.choice(['always', 'write']) ?? 'always',
    rotate: {
      bytes:
        bytes === undefined
          ? rotateBytesDefault
          : readSize(bytes, rotateBytesMin, Number.MAX_SAFE_INTEGER),
      keep: rotate?.get('keep')?.integer(1, auditFilesKeptMax) ?? rotateKeepDefault,
    },
  };
}
