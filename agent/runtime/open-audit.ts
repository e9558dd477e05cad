/** The audit trail of the configuration: its keys, its devices, its checkpoint beside the data. */
import type { AuditCrypto } from '../../src/audit/crypto.ts';
import { createAuditCrypto } from '../../src/audit/crypto.ts';
import type { TrailAlarm } from '../../src/audit/alarm.ts';
import { AuditTrail, type TrailOptions } from '../../src/audit/trail.ts';
import type { AuditDevice, CheckpointKeeper } from '../../src/ports/audit-device.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Random } from '../../src/ports/random.ts';
import { CheckpointFile } from '../audit/checkpoint-file.ts';
import { openAuditKeys } from '../audit/key-files.ts';
import { createAuditDevice } from '../audit/open-device.ts';
import type { AgentConfig } from '../config/config.ts';
import { DiscardDevice } from './discard-device.ts';
import { hostClock, hostTimers } from './host-clock.ts';

const auditKeyBytes = 32;

export interface AuditRoom {
  readonly config: AgentConfig;
  readonly random: Random;
  readonly log: Log;
  readonly onAlarm: (alarm: TrailAlarm) => void;
}

/**
 * Opens keys and devices and goes on where the log ends. Throws `audit.key-file`, `audit.input`.
 */
export async function openAuditTrail(room: AuditRoom): Promise<AuditTrail> {
  const { config, log, onAlarm } = room;
  const options: TrailOptions = {
    node: config.node.id,
    clock: hostClock,
    timers: hostTimers,
    log,
    onAlarm,
    ...(config.node.data === undefined
      ? inMemory(room.random)
      : await onDisk(room, config.node.data)),
  };
  const trail = new AuditTrail(options);
  await trail.start();
  return trail;
}

interface Keeping {
  readonly devices: readonly AuditDevice[];
  readonly crypto: AuditCrypto;
  readonly keeper: CheckpointKeeper;
}

function inMemory(random: Random): Keeping {
  const macKey = random.bytes(auditKeyBytes);
  const signingSeed = random.bytes(auditKeyBytes);
  return {
    devices: [new DiscardDevice()],
    crypto: createAuditCrypto({ macKey, signingSeed }),
    keeper: { load: async () => undefined, save: async () => undefined },
  };
}

async function onDisk(room: AuditRoom, data: string): Promise<Keeping> {
  const { config, log, random } = room;
  const made = config.audit.map(({ name, path, sync, rotate }) =>
    createAuditDevice({
      name,
      path,
      sync,
      rotateBytes: rotate.bytes,
      keep: rotate.keep,
      log,
    }),
  );
  return {
    devices: await Promise.all(made),
    crypto: await openAuditKeys(data, random),
    keeper: new CheckpointFile(data),
  };
}
