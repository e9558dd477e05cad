/**
 * What the sampling child says, taken apart field by field: it is a process that runs shells, so
 * its words are input like any other. Nothing passes that is not a known field of sane size.
 */
import type { HostMetrics } from '../../shared/control/topics.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';
import { hostDisksMax, hostMountCharactersMax } from './limits.ts';

/** Undefined for anything but a whole and plausible sample. */
export function readHostSample(line: Uint8Array): HostMetrics | undefined {
  const value = parsed(line);
  if (!isJsonObject(value)) return undefined;
  const disks = readDisks(value['disks']);
  const sample = {
    cpuPercent: amount(value, 'cpuPercent'),
    loadAverage1: amount(value, 'loadAverage1'),
    memoryTotalBytes: amount(value, 'memoryTotalBytes'),
    memoryUsedBytes: amount(value, 'memoryUsedBytes'),
    swapUsedBytes: amount(value, 'swapUsedBytes'),
    networkReceivedBytesPerSecond: amount(value, 'networkReceivedBytesPerSecond'),
    networkSentBytesPerSecond: amount(value, 'networkSentBytesPerSecond'),
    uptimeSeconds: amount(value, 'uptimeSeconds'),
  };
  if (disks === undefined || !Object.values(sample).every(Number.isFinite)) return undefined;
  if (sample.cpuPercent > 100 || sample.memoryUsedBytes > sample.memoryTotalBytes) return undefined;
  return { ...sample, disks };
}

function parsed(line: Uint8Array): JsonValue | undefined {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

function readDisks(value: JsonValue | undefined): HostMetrics['disks'] | undefined {
  if (!Array.isArray(value) || value.length > hostDisksMax) return undefined;
  const disks = (value as readonly JsonValue[]).map(readDisk);
  return disks.includes(undefined) ? undefined : (disks as HostMetrics['disks']);
}

function readDisk(value: JsonValue): HostMetrics['disks'][number] | undefined {
  if (!isJsonObject(value)) return undefined;
  const { mount } = value;
  if (typeof mount !== 'string' || mount.length > hostMountCharactersMax) return undefined;
  const totalBytes = amount(value, 'totalBytes');
  const usedBytes = amount(value, 'usedBytes');
  return usedBytes <= totalBytes ? { mount, totalBytes, usedBytes } : undefined;
}

/** Not a number where the field is none, is negative or too large to be exact. */
function amount(holder: JsonObject, name: string): number {
  const value = holder[name];
  const isAmount = typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
  return isAmount ? value : Number.NaN;
}
