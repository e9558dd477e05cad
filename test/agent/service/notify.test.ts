import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hostTimers } from '../../../agent/runtime/host-clock.ts';
import type { Pulse } from '../../../agent/service/pulse.ts';
import { ServiceNotifier } from '../../../agent/service/notify.ts';

const missing = ['systemd-notify', 'python3'].find(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);

/** Other threads, which always answer. */
const answering: Pulse = { answered: true, ask: () => undefined };

/** Plays systemd: prints each datagram on a line and closes the descriptors that come with it. */
const receiver = `
import socket, sys, os, array
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    data, control, flags, address = s.recvmsg(4096, socket.CMSG_SPACE(64))
    for level, kind, value in control:
        for descriptor in array.array('i', value[:len(value) - len(value) % 4]):
            os.close(descriptor)
    print(data.decode().replace('\\n', ' '), flush=True)
`;

test('systemd hears READY with the status, the watchdog being fed, and STOPPING', {
  skip: missing === undefined ? false : `${missing} is not installed`,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-notify-'));
  const socket = join(folder, 'notify.sock');
  const systemd = spawn('python3', ['-c', receiver, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const heard = listen(systemd);
    await heard.until('bound');
    const notifier = new ServiceNotifier(
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '300000' },
      hostTimers,
      answering,
    );
    await notifier.ready('sealed');
    await heard.until('READY=1 STATUS=sealed');
    await heard.until('WATCHDOG=1');
    await notifier.stopping();
    await heard.until('STOPPING=1');
  } finally {
    systemd.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test('outside systemd nothing is sent and nothing fails', async () => {
  const notifier = new ServiceNotifier({}, hostTimers, answering);
  await notifier.ready('sealed');
  await notifier.status('unsealed');
  await notifier.stopping();
});

function listen(child: ChildProcess): { until(text: string): Promise<void> } {
  let said = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  return {
    until: async (text) => {
      const giveUp = AbortSignal.timeout(20_000);
      while (!said.includes(text)) {
        assert.ok(child.stdout !== null);
        await once(child.stdout, 'data', { signal: giveUp });
      }
    },
  };
}
