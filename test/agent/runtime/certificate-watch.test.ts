import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import { checkCertificates, watchCertificates } from '../../../agent/runtime/certificate-watch.ts';
import { Certificates } from '../../../agent/runtime/certificates.ts';
import { hostClock, hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { deleteAuthorityKey, readAuthorityWithKey } from '../../../agent/tls/authority-files.ts';
import type { AgentConfig } from '../../../agent/config/config.ts';
import { RecordingLog } from '../http/listener-harness.ts';

const dayMs = 86_400_000;

async function watched(t: TestContext, sealed: { now: boolean }) {
  const data = mkdtempSync(join(tmpdir(), 'strongbox-watch-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const log = new RecordingLog();
  const tls = { kind: 'auto' } as const;
  const config = {
    node: { id: 'n', data },
    listen: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls, names: [] }],
  } as unknown as AgentConfig;
  const alarms = new Alarms(hostClock);
  const certificates = await Certificates.open(config, log, alarms);
  const folder = join(data, 'tls');
  const signer = readAuthorityWithKey(folder);
  assert.ok(signer !== undefined);
  let returned = 0;
  const ports = {
    certificates,
    timers: hostTimers,
    log,
    isSealed: () => sealed.now,
    returnDeposit: async () => {
      returned += 1;
      await certificates.renew(signer.key);
    },
  };
  const look = () => checkCertificates(ports);
  return { folder, log, look, alarms, certificates, returned: () => returned };
}

function inDays(t: TestContext, days: number): void {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + days * dayMs });
}

test('while unsealed the certificate is renewed from half of its life on, with the stored key', async (t) => {
  const room = await watched(t, { now: false });
  deleteAuthorityKey(room.folder);
  await room.look();
  assert.equal(room.returned(), 0, 'a young certificate stays');
  inDays(t, 95);
  await room.look();
  assert.equal(room.returned(), 1);
  assert.equal(room.certificates.renewalDue, false);
  await room.look();
  assert.equal(room.returned(), 1);
});

test('before init it is renewed with the file, sealed or not', async (t) => {
  const room = await watched(t, { now: true });
  inDays(t, 95);
  await room.look();
  assert.equal(room.returned(), 0);
  assert.equal(room.certificates.renewalDue, false);
});

test('a sealed agent goes on with what it has, and alarms when it has run out', async (t) => {
  const sealed = { now: true };
  const room = await watched(t, sealed);
  deleteAuthorityKey(room.folder);
  inDays(t, 185);
  await room.look();
  assert.equal(room.returned(), 0);
  assert.equal(room.log.lines.at(-1)?.fields?.['alarm'], 'certificate-expired');
  assert.equal(room.alarms.list()[0]?.runbook, 'certificate-expired');
  sealed.now = false;
  await room.look();
  assert.deepEqual(room.alarms.list(), []);
  assert.equal(room.certificates.renewalDue, false);
});

test('a renewal that fails is logged, and the next look is an hour away until the watch ends', async () => {
  const log = new RecordingLog();
  const armed = new Set<() => void>();
  const delaysMs: number[] = [];
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const stop = watchCertificates({
    certificates: {
      renewalDue: true,
      renewFromFile: () => Promise.reject(new Error('no space')),
      warnOfEnds: tell,
    },
    timers: {
      after: (delayMs, callback) => {
        delaysMs.push(delayMs);
        armed.add(callback);
        return () => armed.delete(callback);
      },
    },
    log,
    isSealed: () => true,
    returnDeposit: () => Promise.resolve(),
  });
  const [first] = armed;
  assert.ok(first !== undefined);
  armed.delete(first);
  first();
  await told;
  assert.equal(log.lines[0]?.level, 'error');
  assert.equal(armed.size, 1);
  stop();
  assert.equal(armed.size, 0);
  assert.deepEqual(delaysMs, [3_600_000, 3_600_000]);
});
