/** The audit trail of the configuration: its keys, its devices, its checkpoint beside the data. */
import { auditKeyBytes } from '../../shared/audit/key-file.ts';
import { type AuditCrypto, createAuditCrypto } from '../../src/audit/crypto.ts';
import { AuditTrail, type TrailOptions } from '../../src/audit/trail.ts';
import type { AuditDevice, CheckpointKeeper } from '../../src/ports/audit-device.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Random } from '../../src/ports/random.ts';
import type { Alarms } from '../alarms/alarms.ts';
import { auditAlarms, endingAlarm } from '../alarms/audit-alarms.ts';
import { CheckpointFile } from '../audit/checkpoint-file.ts';
import { openAuditKeys } from '../audit/key-files.ts';
import { FifoDevice } from '../audit/fifo-device.ts';
import { createAuditDevice } from '../audit/open-device.ts';
import type { AgentConfig } from '../config/config.ts';
import { DiscardDevice } from './discard-device.ts';
import type { StorageFacts } from '../threads/storage.ts';
import { endOfTurn, hostClock, hostTimers } from '../lifetime/host-clock.ts';

export interface AuditRoom {
  readonly config: AgentConfig;
  readonly random: Random;
  readonly log: Log;
  readonly alarms: Alarms;
  readonly storage: Pick<StorageFacts, 'crashed' | 'notes'>;
  /** Told of the lines that are durable (TrailOptions). */
  readonly onWritten: NonNullable<TrailOptions['onWritten']>;
}

/**
 * Opens keys and devices and goes on where the log ends. Throws `audit.key-file`, `audit.input`.
 */
export async function openAuditTrail(room: AuditRoom): Promise<AuditTrail> {
  const { config, log, alarms } = room;
  const options: TrailOptions = {
    node: config.node.id,
    clock: hostClock,
    timers: hostTimers,
    turn: endOfTurn,
    log,
    onAlarm: auditAlarms(alarms),
    onWritten: room.onWritten,
    notes: room.storage.notes,
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
  readonly endMayBeUnwritten: boolean;
}

function inMemory(random: Random): Keeping {
  const macKey = random.bytes(auditKeyBytes);
  const signingSeed = random.bytes(auditKeyBytes);
  return {
    devices: [new DiscardDevice()],
    crypto: createAuditCrypto({ macKey, signingSeed }),
    keeper: { load: async () => undefined, save: async () => undefined },
    endMayBeUnwritten: false,
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
  const devices = await Promise.all(made);
  const unsynced =
    config.audit.some(({ sync }) => sync === 'write') ||
    devices.some((device) => device instanceof FifoDevice);
  return {
    devices,
    endMayBeUnwritten: unsynced && room.storage.crashed,
    crypto: await openAuditKeys(data, random),
    keeper: endingAlarm(new CheckpointFile(data), room.alarms),
  };
}
