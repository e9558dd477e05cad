/**
 * After a seal the memory of the real agent holds no root key, no key of the keyring and no DEK.
 * The keys are worked out here from the shares and the store, and looked for while unsealed first,
 * so that the scan is known to find them.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { additionalData } from '../../src/barrier/additional-data.ts';
import { keyringKey, openKeyring } from '../../src/barrier/keyring-record.ts';
import { openAesGcm } from '../../src/crypto/aes-gcm.ts';
import { SecretKey } from '../../src/crypto/secret-key.ts';
import { decodeSealRecord, sealKey, unwrapRootKey } from '../../src/seal/seal-record.ts';
import { combine } from '../../src/seal/shamir.ts';
import { AgentProcess, callAgent, type HttpAnswer } from '../support/agent-process.ts';
import { memoryScanObstacle, scanMemory } from '../support/memory-scan.ts';

const obstacle = memoryScanObstacle();
const threshold = 2;
/**
 * Envelope (architecture, section 3): format 1, term 4, then iv 12, tag 16 and the wrapped DEK 32.
 */
const wrappedDekAt = { iv: 5, tag: 17, key: 33, end: 65 };

const name = 'F-25: after a seal under load no root key, keyring key or DEK is in memory';

for (const threads of [1, 3]) {
  const options = { skip: obstacle ?? false };
  test(`${name}, of ${threads} request threads`, options, () => sealUnderLoad(threads));
}

async function sealUnderLoad(threads: number): Promise<void> {
  await using agent = await AgentProcess.start({ extra: `threads: { request: ${threads} }` });
  const { shares, rootToken: token } = await agent.initialiseAndUnseal(3, threshold);
  const body = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  await use(agent, token);
  await agent.stop();
  const keys = keysOf(join(agent.folder, 'data', 'store.db'), shares);

  await agent.restart();
  await agent.unseal(shares.slice(0, threshold));
  await use(agent, token);
  const unsealed = scanMemory(agent.pid, keys.ring);
  assert.ok(
    unsealed.every((copies) => copies > 0),
    'while it is unsealed the scan finds the key of the keyring',
  );
  const load = Array.from({ length: 8 }, (_, caller) => useUntilSealed(agent, token, caller));
  await use(agent, token, 10);
  assert.equal((await call(agent, 'PUT', '/v1/sys/seal', { token })).status, 204);
  const statuses = new Set((await Promise.all(load)).flat());
  assert.deepEqual([...statuses].toSorted(), [200, 503], 'under load, too, served or told so');
  const found = scanMemory(agent.pid, [keys.root, keys.unseal, ...keys.ring, ...keys.deks]);
  assert.deepEqual(
    found,
    found.map(() => 0),
    'copies of the root key, the unseal key, the keyring and the DEKs',
  );
}

/** Over a connection of its own, which any of the threads may have. */
function call(
  agent: AgentProcess,
  ...[method, path, options]: Parameters<AgentProcess['call']>
): Promise<HttpAnswer> {
  return callAgent({ port: agent.port }, method, path, options);
}

async function use(agent: AgentProcess, token: string, count = 50): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const path = `/v1/secret/data/app/${n}`;
    await call(agent, 'POST', path, { token, body: { data: { value: String(n) } } });
    assert.equal((await call(agent, 'GET', path, { token })).status, 200);
  }
}

/** Reads and writes without a pause; the last answer is the refusal of a sealed agent. */
async function useUntilSealed(
  agent: AgentProcess,
  token: string,
  caller: number,
): Promise<readonly number[]> {
  const statuses: number[] = [];
  const path = `/v1/secret/data/load/${caller}`;
  while (statuses.at(-1) !== 503) {
    const body = { data: { value: String(statuses.length) } };
    statuses.push((await call(agent, 'POST', path, { token, body })).status);
    statuses.push((await call(agent, 'GET', path, { token })).status);
  }
  return statuses;
}

interface Keys {
  readonly unseal: Uint8Array;
  readonly root: Uint8Array;
  readonly ring: readonly Uint8Array[];
  readonly deks: readonly Uint8Array[];
}

/** Works out the keys as somebody with the shares and the disk could. */
function keysOf(file: string, shares: readonly string[]): Keys {
  const entries = readEntries(file);
  const record = decodeSealRecord(valueOf(entries, sealKey));
  assert.ok(record !== undefined);
  const unseal = combine(shares.slice(0, threshold).map(pointOf));
  const root = unwrapRootKey(record, unseal);
  assert.ok(root !== undefined, 'the shares open the root key');
  const terms = openKeyring(new SecretKey(root), 'root', valueOf(entries, keyringKey('root')));
  assert.ok(terms !== undefined && terms.length > 0);
  const ring = terms.map(({ kek }) => Uint8Array.from(kek));
  const deks = [...entries].flatMap(([key, value]) => dekOf(ring[0], key, value));
  assert.ok(deks.length > 50, 'the DEKs of the stored values were opened');
  return { unseal, root, ring, deks };
}

function pointOf(share: string): { index: number; bytes: Uint8Array<ArrayBuffer> } {
  const bytes = Uint8Array.from(Buffer.from(share, 'base64'));
  return { index: bytes[32] ?? 0, bytes: bytes.slice(0, 32) };
}

function dekOf(kek: Uint8Array | undefined, key: string, value: Uint8Array): Uint8Array[] {
  assert.ok(kek !== undefined);
  if (!key.startsWith('ns/root/')) return [];
  const context = {
    key: new SecretKey(kek),
    iv: value.subarray(wrappedDekAt.iv, wrappedDekAt.tag),
    additionalData: additionalData('root', key),
  };
  const tag = value.subarray(wrappedDekAt.tag, wrappedDekAt.key);
  const ciphertext = value.subarray(wrappedDekAt.key, wrappedDekAt.end);
  return [openAesGcm(context, { tag, ciphertext })];
}

function readEntries(file: string): Map<string, Uint8Array> {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('select key, value from entries').all();
  database.close();
  return new Map(
    rows.map((row) => [
      Buffer.from(row['key'] as Uint8Array).toString(),
      Uint8Array.from(row['value'] as Uint8Array),
    ]),
  );
}

function valueOf(entries: ReadonlyMap<string, Uint8Array>, key: string): Uint8Array {
  const value = entries.get(key);
  assert.ok(value !== undefined, `${key} is stored`);
  return value;
}
