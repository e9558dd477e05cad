/** The process whose memory is searched: opens a key file and signs, and drops all when told to. */
import { readSync } from 'node:fs';
import { openKeyFile, parseKeyFile } from '../../../console/keys/key-file.ts';
import type { OperatorKey } from '../../../console/keys/operator-key.ts';
import { secretBytes } from '../../../shared/secret-bytes.ts';

const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc');

const buffer = secretBytes(256);
const file = parseKeyFile(Buffer.from(process.argv[2] ?? ''), 'the file');
let key: OperatorKey | undefined;
const length = readSync(0, buffer);
for (let times = 0; times < 3; times += 1) {
  key = await openKeyFile(file, buffer.subarray(0, length), 'the file');
  key.signChallenge({ clusterId: 'c', node: 'n', connection: '', nonce: 'n', operator: 'alice' });
  key.agree(key.publicKeys.boxKey);
  collect();
}
console.log('open');
readSync(0, secretBytes(1));
buffer.fill(0);
key = undefined;
// Finalisers of key objects run after the collection that found them.
for (let times = 0; times < 3; times += 1) {
  collect();
  await new Promise((resolve) => setImmediate(resolve));
}
console.log('dropped');
readSync(0, secretBytes(1));
process.exit(key === undefined ? 0 : 1);
