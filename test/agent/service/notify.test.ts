import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { ServiceNotifier } from '../../../agent/service/notify.ts';
import type { Pulse } from '../../../agent/service/pulse.ts';
import { startStandIn } from '../process/stand-in.ts';
import { systemdObstacle, SystemdStandIn } from './systemd-stand-in.ts';

/** Other threads, which always answer. */
const answering: Pulse = { answered: true, ask: () => undefined };
const watchdogMs = 300;
const microsecondsPerMs = 1_000;
/** Feeds that a blocked thread cannot stop: one on its way, one answered before. */
const lateFeedsMax = 2;

function notifier(systemd: SystemdStandIn, pulse: Pulse): ServiceNotifier {
  const environment = {
    NOTIFY_SOCKET: systemd.socket,
    WATCHDOG_USEC: String(watchdogMs * microsecondsPerMs),
  };
  return new ServiceNotifier(environment, hostTimers, pulse);
}

test('systemd hears READY with the status, the watchdog being fed, and STOPPING', {
  skip: systemdObstacle,
}, async () => {
  using systemd = await SystemdStandIn.start();
  const service = notifier(systemd, answering);
  await service.ready('sealed');
  await systemd.until('READY=1 STATUS=sealed');
  await systemd.until('WATCHDOG=1');
  await service.stopping();
  await systemd.until('STOPPING=1');
});

test('the watchdog starves while a thread is blocked, though the main thread lives', {
  skip: systemdObstacle,
}, async () => {
  using systemd = await SystemdStandIn.start();
  await using standIn = await startStandIn();
  const service = notifier(systemd, standIn.thread);
  await service.ready('sealed');
  await systemd.untilCount('WATCHDOG=1', 2);
  const before = systemd.count('WATCHDOG=1');
  const unblocked = standIn.block();
  await delay(4 * watchdogMs);
  const fed = systemd.count('WATCHDOG=1') - before;
  assert.ok(fed <= lateFeedsMax, `fed ${fed} times in four intervals`);
  await unblocked();
  await systemd.untilCount('WATCHDOG=1', before + lateFeedsMax + 1);
  await service.stopping();
});

test('outside systemd nothing is sent and nothing fails', async () => {
  const service = new ServiceNotifier({}, hostTimers, answering);
  await service.ready('sealed');
  await service.status('unsealed');
  await service.stopping();
});
