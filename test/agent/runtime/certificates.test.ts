/** Certificates of files: what an operator is told of their end and of what SIGHUP found. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import type { AgentConfig, TcpListenConfig } from '../../../agent/config/config.ts';
import { hostClock } from '../../../agent/lifetime/host-clock.ts';
import { Certificates } from '../../../agent/runtime/certificates.ts';
import { AutoIdentity } from '../../../agent/tls/auto-identity.ts';
import type { TlsIdentity } from '../../../agent/tls/identity.ts';
import { RecordingLog } from '../http/listener-harness.ts';

const dayMs = 86_400_000;
/** What `tls: auto` makes: good for 180 days. */
const startMs = Date.UTC(2030, 0, 1);

async function made(folder: string, nowMs: number): Promise<TlsIdentity> {
  const names = ['127.0.0.1'];
  return (await AutoIdentity.open({ folder, names, nowMs: () => nowMs })).identity;
}

/** A listener with files whose certificate was made at `startMs`. */
async function served(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-certificates-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const paths = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const put = ({ certificate, key }: TlsIdentity): void => {
    writeFileSync(paths.certificate, certificate);
    writeFileSync(paths.key, key, { mode: 0o600 });
  };
  const first = await made(join(folder, 'first'), startMs);
  put(first);
  const tls = { kind: 'files', ...paths } as const;
  const listen: TcpListenConfig = { kind: 'tcp', host: '127.0.0.1', port: 0, tls, names: [] };
  const config = { node: { id: 'n', data: undefined }, listen: [listen] };
  t.mock.timers.enable({ apis: ['Date'], now: startMs });
  const alarms = new Alarms(hostClock);
  const open = config as unknown as AgentConfig;
  const certificates = await Certificates.open(open, new RecordingLog(), alarms);
  let shown = certificates.identityOf(listen);
  certificates.serve({ replaceIdentity: (identity) => (shown = identity) }, listen);
  const standing = (): string[] => alarms.list().map(({ id, severity }) => `${severity} ${id}`);
  return { folder, first, put, alarms, certificates, standing, shown: () => shown };
}

function inDays(t: TestContext, days: number): void {
  t.mock.timers.setTime(startMs + days * dayMs);
}

test('files near their end, and past it, are alarms until a reload brings others', async (t) => {
  const room = await served(t);
  assert.deepEqual(room.standing(), []);
  inDays(t, 165);
  room.certificates.warnOfEnds();
  assert.deepEqual(room.standing(), []);
  inDays(t, 167);
  room.certificates.warnOfEnds();
  assert.deepEqual(room.standing(), ['warning certificate-ends-soon']);
  assert.match(room.alarms.list()[0]?.sentence ?? '', /runs out at 2030-06-.*SIGHUP/u);
  inDays(t, 181);
  room.certificates.warnOfEnds();
  assert.deepEqual(room.standing(), ['critical certificate-expired']);
  room.put(await made(join(room.folder, 'second'), startMs + 181 * dayMs));
  room.certificates.reload();
  assert.deepEqual(room.standing(), []);
});

test('a reload that cannot use the files is an alarm until one can', async (t) => {
  const room = await served(t);
  const second = await made(join(room.folder, 'second'), startMs);
  room.put({ certificate: second.certificate, key: room.first.key });
  room.certificates.reload();
  assert.deepEqual(room.standing(), ['warning certificate-not-replaced']);
  assert.deepEqual(room.shown()?.certificate, room.first.certificate);
  room.put(second);
  room.certificates.reload();
  assert.deepEqual(room.standing(), []);
  assert.deepEqual(room.shown()?.certificate, second.certificate);
});
