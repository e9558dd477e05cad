/**
 * Records a second of the audit trail on a real file, for both sync modes and several numbers of
 * requests in flight, and of `audit verify` on what was written, without and with the audit key.
 */
import { join } from 'node:path';
import { stat } from 'node:fs/promises';

import { verifyAuditFiles } from '../../console/client/audit-verify.ts';
import type { SingleEntry } from '../../shared/audit/entry.ts';
import { fileDevice, realTrail } from '../agent/audit/support/real-trail.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { verifyBudgets } from './budgets.ts';
import type { BenchOptions } from './options.ts';
import { printFact } from './table.ts';

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

export async function benchAudit({ seconds }: BenchOptions): Promise<void> {
  for (const sync of ['write', 'always'] as const) {
    await using folder = await temporaryFolder();
    const { trail } = await realTrail(folder.path, [fileDevice(folder.path, { sync })]);
    for (const inFlight of flights) {
      const name = `append, sync: ${sync}, ${inFlight} in flight`;
      await measureAppend(name, { inFlight, seconds }, () => trail.append(record));
    }
    await trail.stop();
    if (sync === 'write') await measureVerify(folder.path);
  }
}

async function measureAppend(
  name: string,
  { inFlight, seconds }: { readonly inFlight: number; readonly seconds: number },
  append: () => Promise<unknown>,
): Promise<void> {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let done = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1_000) {
      await append();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const elapsedSeconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuStart);
  printFact(name, done / elapsedSeconds, 'records/s');
  printFact('  CPU time of each', (user + system) / done, 'µs');
}

async function measureVerify(folder: string): Promise<void> {
  const path = join(folder, 'audit', 'audit.log');
  const { size } = await stat(path);
  const publicKeyFile = join(folder, 'audit.pub');
  const auditKeyFile = join(folder, 'audit.key');
  const cases = { without: { publicKeyFile }, with: { publicKeyFile, auditKeyFile } };
  for (const name of ['without', 'with'] as const) {
    const rates: number[] = [];
    const costs: number[] = [];
    for (let run = 0; run < verifyRuns; run += 1) {
      const start = performance.now();
      const cpuStart = process.cpuUsage();
      const { records, sentence, ok } = await verifyAuditFiles([path], cases[name]);
      if (!ok) throw new Error(sentence);
      rates.push((records / (performance.now() - start)) * 1_000);
      const { user, system } = process.cpuUsage(cpuStart);
      costs.push((user + system) / records);
      if (run === 0) console.log(`${sentence}, ${Math.round(size / records)} bytes a record`);
    }
    const best = Math.max(...rates);
    printFact(`verify, ${name} the audit key`, best, 'records/s', verifyBudgets[name]);
    printFact('  CPU time of each', Math.min(...costs), 'µs');
  }
}
