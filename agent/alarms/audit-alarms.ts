/** The alarms of the audit trail: what it tells as events stands here as states. */
import type { TrailAlarm } from '../../src/audit/alarm.ts';
import type { CheckpointKeeper } from '../../src/ports/audit-device.ts';
import type { Alarms } from './alarms.ts';

const notKept = 'audit-checkpoint-not-kept';
const useless = 'audit-checkpoint-useless';

/** Raises and clears by what the trail tells (which logs it itself). */
export function auditAlarms(alarms: Alarms): (told: TrailAlarm) => void {
  return ({ kind, message, device }) => {
    const ofDevice = (id: string): string => (device === undefined ? id : `${id}:${device}`);
    switch (kind) {
      case 'device-failed':
        return alarms.raise(
          ofDevice('audit-device-failed'),
          'warning',
          message,
          'audit-device-failed',
        );
      case 'device-back':
        return alarms.clear(ofDevice('audit-device-failed'));
      case 'file-touched':
        return alarms.raise(
          ofDevice('audit-file-touched'),
          'critical',
          message,
          'audit-file-touched',
        );
      case 'down':
        return alarms.raise('audit-down', 'critical', message, 'audit-down');
      case 'up':
        return alarms.clear('audit-down');
      case 'tail-lost':
        return alarms.raise('audit-tail-lost', 'critical', message, 'audit-tail-lost');
      case 'tail-unwritten':
        return alarms.raise('audit-tail-unwritten', 'warning', message, 'audit-tail-unwritten');
      case 'log-begun':
        return alarms.raise('audit-log-begun', 'warning', message, 'audit-log-begun');
      case 'log-unreadable':
        return alarms.raise(
          ofDevice('audit-log-unreadable'),
          'warning',
          message,
          'audit-log-unreadable',
        );
      case 'checkpoint-not-kept':
        return alarms.raise(notKept, 'warning', message, notKept);
      case 'checkpoint-useless':
        return alarms.raise(useless, 'critical', message, useless);
      case 'recovered':
        return undefined; // The unfinished record of a killed agent: nothing to be done.
    }
  };
}

/** A keeper that ends the alarm of checkpoints that could not be kept, once one is. */
export function endingAlarm(keeper: CheckpointKeeper, alarms: Alarms): CheckpointKeeper {
  return {
    load: () => keeper.load(),
    save: async (line) => {
      await keeper.save(line);
      alarms.clear(notKept);
    },
  };
}
