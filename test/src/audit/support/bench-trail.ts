/** A trail on memory devices under fixed keys and a clock that a test moves. */
import { createHash } from 'node:crypto';

import type { EventEntry } from '../../../../shared/audit/entry.ts';
import type { VerifyReport } from '../../../../shared/audit/report.ts';
import { type FilePeek, LogVerifier } from '../../../../shared/audit/verify.ts';
import type { VerifyCrypto } from '../../../../shared/audit/verify-file.ts';
import type { TrailAlarm } from '../../../../src/audit/alarm.ts';
import { type AuditCrypto, createAuditCrypto } from '../../../../src/audit/crypto.ts';
import { AuditTrail, type TrailOptions } from '../../../../src/audit/trail.ts';
import type { AuditDevice, CheckpointKeeper } from '../../../../src/ports/audit-device.ts';
import type { Log } from '../../../../src/ports/log.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The keys of a node, the same on every run. */
export function keysOf(node: string): AuditCrypto {
  const bytes = (name: string): Uint8Array =>
    new Uint8Array(createHash('sha256').update(`${name} of ${node}`).digest());
  return createAuditCrypto({ macKey: bytes('mac key'), signingSeed: bytes('seed') });
}

export class MemoryKeeper implements CheckpointKeeper {
  line: Uint8Array | undefined;
  async load(): Promise<Uint8Array | undefined> {
    return this.line;
  }
  async save(line: Uint8Array): Promise<void> {
    this.line = line;
  }
}

export interface BenchTrail {
  readonly trail: AuditTrail;
  readonly clock: ManualClock;
  readonly keeper: MemoryKeeper;
  readonly alarms: TrailAlarm[];
}

export function benchTrail(
  devices: readonly AuditDevice[],
  options: Partial<TrailOptions> & { keeper?: MemoryKeeper; clock?: ManualClock } = {},
): BenchTrail {
  const clock = options.clock ?? new ManualClock();
  const keeper = options.keeper ?? new MemoryKeeper();
  const alarms: TrailAlarm[] = [];
  const trail = new AuditTrail({
    crypto: keysOf('node-1'),
    node: 'node-1',
    clock,
    timers: clock,
    log: silentLog,
    onAlarm: (alarm) => alarms.push(alarm),
    ...options,
    devices,
    keeper,
  });
  return { trail, clock, keeper, alarms };
}

export function entry(number: number, more: object = {}): EventEntry {
  return {
    type: 'event',
    time: '2030-01-01T00:00:00.000Z',
    event: 'config_reloaded',
    details: { number, ...more },
  };
}

/** Lets everything that waits for nothing but other promises happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock on in steps, letting everything happen that each step brings. */
export async function pass(clock: ManualClock, byMs: number, stepMs = 50): Promise<void> {
  for (let passedMs = 0; passedMs < byMs; passedMs += stepMs) {
    clock.advance(stepMs);
    await settle();
  }
}

export interface JsonLine {
  readonly index: number;
  readonly prev: string;
  readonly type: string;
  readonly event?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The whole lines of a device, parsed. */
export function linesOf(device: { readonly text: string }): JsonLine[] {
  return device.text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonLine);
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of devices by name, as a verifier is given them. */
export function namedFiles(
  ...devices: readonly { name: string; files: Uint8Array[] }[]
): NamedFile[] {
  return devices.flatMap(({ name, files }) =>
    files.map((bytes, at) => ({ name: at === files.length - 1 ? name : `${name}.${at}`, bytes })),
  );
}

export interface VerifyOptions {
  readonly withAuditKey?: boolean;
  /** The node of whose keys the verifier knows. */
  readonly crypto?: VerifyCrypto;
  readonly trustedKey?: Uint8Array | undefined;
  readonly kept?: Uint8Array | undefined;
  readonly chunkBytes?: number;
}

/** Verifies files as those of node-1, fed in chunks of `chunkBytes`. */
export function verifyFiles(
  files: readonly NamedFile[],
  options: VerifyOptions = {},
): VerifyReport {
  const keys = keysOf('node-1');
  const { withAuditKey = true, chunkBytes = 65_536, kept } = options;
  const trustedKey = 'trustedKey' in options ? options.trustedKey : keys.publicKey;
  const crypto = options.crypto ?? { ...keys, mac: withAuditKey ? keys.mac : undefined };
  const peeks: FilePeek[] = files.map(({ name, bytes }) => ({
    name,
    head: bytes.slice(0, 64),
    tail: bytes.slice(-65_536),
  }));
  const verifier = new LogVerifier(peeks, {
    crypto,
    ...(trustedKey && { trustedKey }),
    ...(kept && { kept: { name: 'audit.checkpoint', line: kept } }),
  });
  for (const position of verifier.order) {
    verifier.begin(position);
    const bytes = files[position]?.bytes ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      verifier.feed(bytes.subarray(at, at + chunkBytes));
    }
    verifier.end();
  }
  return verifier.finish();
}
