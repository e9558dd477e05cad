/** A trail on real files, with the host's clock and timers. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckpointFile } from '../../../../agent/audit/checkpoint-file.ts';
import { FileDevice, type FileDeviceOptions } from '../../../../agent/audit/file-device.ts';
import { openAuditKeys } from '../../../../agent/audit/key-files.ts';
import { hostClock } from '../../../../agent/lifetime/host-clock.ts';
import { verifyAuditFiles } from '../../../../console/client/audit-verify.ts';
import type { VerifyReport } from '../../../../shared/audit/report.ts';
import type { TrailAlarm } from '../../../../src/audit/alarm.ts';
import { AuditTrail } from '../../../../src/audit/trail.ts';
import type { AuditDevice } from '../../../../src/ports/audit-device.ts';
import type { Random } from '../../../../src/ports/random.ts';
import { silentLog } from '../../../src/audit/support/bench-trail.ts';

const hostRandom: Random = {
  bytes: (count) => {
    const bytes = new Uint8Array(new ArrayBuffer(count));
    bytes.set(randomBytes(count));
    return bytes;
  },
};

/** A file device `name` in the folder `audit` beside the data. */
export function fileDevice(folder: string, options: Partial<FileDeviceOptions> = {}): FileDevice {
  const name = options.name ?? 'audit.log';
  return new FileDevice({
    path: join(folder, 'audit', name),
    sync: 'always',
    rotateBytes: 1_000_000_000,
    keep: 5,
    log: silentLog,
    ...options,
    name,
  });
}

export interface RealTrail {
  readonly trail: AuditTrail;
  readonly alarms: TrailAlarm[];
  readonly folder: string;
  /** Resolves with the next alarm of that kind, or one that was there already. */
  alarm(kind: TrailAlarm['kind']): Promise<TrailAlarm>;
}

export async function realTrail(
  folder: string,
  devices: readonly AuditDevice[],
  options: { readonly deadlineMs?: number } = {},
): Promise<RealTrail> {
  const alarms: TrailAlarm[] = [];
  const waiting: (() => void)[] = [];
  const trail = new AuditTrail({
    devices,
    crypto: await openAuditKeys(folder, hostRandom),
    node: 'node-1',
    keeper: new CheckpointFile(folder),
    clock: hostClock,
    // Tests wait for timers: these keep the process alive.
    timers: {
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    log: silentLog,
    onAlarm: (alarm) => {
      alarms.push(alarm);
      for (const wake of waiting.splice(0)) wake();
    },
    ...options,
  });
  const alarm = async (kind: TrailAlarm['kind']): Promise<TrailAlarm> => {
    for (;;) {
      const found = alarms.find((one) => one.kind === kind);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  await trail.start();
  return { trail, alarms, folder, alarm };
}

/** Appends until it works, as long as no device does; resolves with how often it was refused. */
export async function appendAtLast(
  trail: AuditTrail,
  entry: Parameters<AuditTrail['append']>[0],
): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    try {
      await trail.append(entry);
      return refused;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Files of the audit folder, sorted; only those that begin with `name`. */
export async function auditFiles(folder: string, name = 'audit.log'): Promise<string[]> {
  const names = await readdir(join(folder, 'audit'));
  return names.filter((one) => one.startsWith(name)).sort();
}

/** What `strongbox audit verify` says of these files, with all keys. */
export function verifyReal(folder: string, names: readonly string[]): Promise<VerifyReport> {
  return verifyAuditFiles(
    names.map((name) => join(folder, 'audit', name)),
    {
      publicKeyFile: join(folder, 'audit.pub'),
      auditKeyFile: join(folder, 'audit.key'),
      checkpointFile: join(folder, 'audit.checkpoint'),
    },
  );
}

export async function textOf(folder: string, name = 'audit.log'): Promise<string> {
  return readFile(join(folder, 'audit', name), 'utf8');
}
