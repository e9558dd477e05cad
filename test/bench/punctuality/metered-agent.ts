/**
 * Program: the agent as it is, on the configuration that it is given, with a meter on its main
 * thread and slow jobs to be had; told what to do over Node's channel to a parent.
 */
import { generateKeyPair } from 'node:crypto';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../../agent/config/load-config.ts';
import { slowJobsRunningMax, slowJobsWaitingMax } from '../../../agent/process/limits.ts';
import { Argon2PasswordHash } from '../../../agent/process/argon2.ts';
import { runAgent } from '../../../agent/process/program.ts';
import { SlowJobs } from '../../../agent/process/slow-jobs.ts';
import { LatenessMeter } from './lateness-meter.ts';
import { blockChannelName, type MeterOrder, type MeterWord } from './protocol.ts';

const keyPairs = 8;
const keyBits = 4_096;
/** OWASP's second choice: 19 MiB, two passes. */
const hashCosts = { memoryKib: 19_456, passes: 2, lanes: 1, tagBytes: 32 };

const slowJobs = new SlowJobs();
const hashes = new Argon2PasswordHash(slowJobs);
const meter = new LatenessMeter();
const channel = new BroadcastChannel(blockChannelName);
channel.unref();

function say(word: MeterWord): void {
  process.send?.(word);
}

async function doSlowJobs(): Promise<void> {
  const password = Buffer.from('correct horse battery staple');
  const salt = Buffer.alloc(16, 7);
  const keys = Array.from({ length: keyPairs }, () =>
    slowJobs.run(() => promisify(generateKeyPair)('rsa', { modulusLength: keyBits })),
  );
  const hashCount = slowJobsRunningMax + slowJobsWaitingMax - keyPairs;
  const storm = Array.from({ length: hashCount }, () =>
    hashes.argon2id({ password, salt, ...hashCosts }),
  );
  await Promise.all([...keys, ...storm]);
  say({ kind: 'slow-jobs-done', count: keyPairs + hashCount });
}

process.on('message', (order: MeterOrder) => {
  switch (order.kind) {
    case 'start':
      return meter.start();
    case 'block':
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
      return channel.postMessage(order.ms);
    case 'slow-jobs':
      return void doSlowJobs();
    case 'stop':
      return say({ kind: 'measured', lateness: meter.stop() });
  }
});

const [, , configFile = ''] = process.argv;
await runAgent({
  config: loadConfig(configFile),
  requestProgram: join(
    import.meta.dirname,
    `metered-request-program${extname(import.meta.filename)}`,
  ),
  started: ({ addresses: [address = ''] }) => say({ kind: 'listening', address }),
});
process.disconnect();
