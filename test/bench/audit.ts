/**
 * `node test/bench/audit.ts`: records a second of the audit trail on a real file, for both sync
 * modes and several numbers of requests in flight, and of `audit verify` on what was written,
 * without and with the audit key. Budget of verify: 200,000 and 120,000 a second.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { stat } from 'node:fs/promises';

import { verifyAuditFiles } from '../../console/client/audit-verify.ts';
import type { SingleEntry } from '../../shared/audit/entry.ts';
import { fileDevice, realTrail } from '../agent/audit/support/real-trail.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const appendSeconds = 2;
const flights = [1, 16, 64, 512] as const;
const verifyRuns = 3;
const hash = `hmac-sha256:${'5a'.repeat(32)}` as const;

/** A KV read as the pipeline records it. */
const record: SingleEntry = {
  type: 'single',
  time: '2030-01-01T00:00:00.000Z',
  id: '0d1c1f5e-4a8e-4f0c-9a39-7a1f3a9a7c11',
  effect: false,
  request: {
    operation: 'read',
    path: 'secret/data/app/config',
    namespace: { id: 'root' },
    mount_point: 'secret/',
    mount_type: 'kv',
    client_token: hash,
    remote_address: '127.0.0.1',
    remote_port: 40_000,
    transport: 'tls',
  },
  auth: { display_name: 'token', policies: ['app'], token_type: 'service', accessor: hash },
  response: { status: 200, mount_type: 'kv', data: { data: { password: hash } } },
};

console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`);
for (const sync of ['write', 'always'] as const) {
  await using folder = await temporaryFolder();
  const { trail } = await realTrail(folder.path, [fileDevice(folder.path, { sync })]);
  for (const inFlight of flights) await measureAppend(inFlight, sync, () => trail.append(record));
  await trail.stop();
  if (sync === 'write') await measureVerify(folder.path);
}

async function measureAppend(
  inFlight: number,
  sync: string,
  append: () => Promise<unknown>,
): Promise<void> {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let done = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() - start < appendSeconds * 1_000) {
      await append();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuStart);
  const rate = Math.round(done / seconds);
  const cost = ((user + system) / done).toFixed(1);
  console.log(`append, sync: ${sync}, ${inFlight} in flight: ${rate} records/s, ${cost} µs each`);
}

async function measureVerify(folder: string): Promise<void> {
  const path = join(folder, 'audit', 'audit.log');
  const { size } = await stat(path);
  const publicKeyFile = join(folder, 'audit.pub');
  const auditKeyFile = join(folder, 'audit.key');
  const cases = { without: { publicKeyFile }, with: { publicKeyFile, auditKeyFile } };
  for (const [name, options] of Object.entries(cases)) {
    const rates: number[] = [];
    for (let run = 0; run < verifyRuns; run += 1) {
      const start = performance.now();
      const { records, sentence, ok } = await verifyAuditFiles([path], options);
      if (!ok) throw new Error(sentence);
      rates.push((records / (performance.now() - start)) * 1_000);
      if (run === 0) console.log(`${sentence}, ${Math.round(size / records)} bytes a record`);
    }
    console.log(`verify ${name} audit key: ${Math.round(Math.max(...rates))} records/s`);
  }
}
