/**
 * F-12 on a real agent (without rollback): stored values that were altered on disk, or
 * moved to another key, are refused with 500; everything else is served and the agent lives.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';

type Damage = (value: Uint8Array) => Uint8Array;

/** Secrets of which one bit is flipped. */
const flips = Number(process.env['STRONGBOX_TEST_FLIPS'] ?? 30);

/** How the stored version of each secret is altered on disk. */
const damages: Readonly<Record<string, Damage>> = {
  ...Object.fromEntries(Array.from({ length: flips }, (_, n) => [`bit-${n}`, flippedAnywhere])),
  'first-bit': (value) => altered(value, 0, 1),
  'key-term': (value) => altered(value, 4, 7),
  'wrapped-key': (value) => altered(value, 40, 128),
  'middle-bit': (value) => altered(value, value.length >> 1, 16),
  'last-bit': (value) => altered(value, value.length - 1, 1),
  'cut-short': (value) => value.slice(0, -1),
  'cut-to-head': (value) => value.slice(0, 20),
  emptied: () => new Uint8Array(),
  longer: (value) => Uint8Array.from([...value, 0]),
};

test('F-12: altered, cut and swapped values are refused, the rest is served', async () => {
  await using agent = await AgentProcess.start();
  const { shares, rootToken: token } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  const damaged = [...Object.keys(damages), 'swapped-a', 'swapped-b'];
  for (const name of [...damaged, 'whole']) {
    const written = { token, body: { data: { value: `canary-${name}` } } };
    assert.equal((await agent.call('POST', `/v1/secret/data/${name}`, written)).status, 200);
  }
  await agent.stop();
  damage(join(agent.folder, 'data'));
  await agent.restart();
  await agent.unseal(shares.slice(0, 2));
  for (const name of damaged) {
    const answer = await agent.call('GET', `/v1/secret/data/${name}`, { token });
    assert.equal(answer.status, 500, name);
    assert.equal(answer.text.includes('canary-'), false);
    assert.ok(agent.log.includes(`secret/data/${name}`), `the log names the damaged ${name}`);
  }
  assert.equal((await agent.call('GET', '/v1/secret/data/whole', { token })).status, 200);
  assert.match(agent.log, /barrier\.corrupt/);
  assert.equal(agent.log.includes('canary-'), false);
});

/** One bit of all of them, drawn. */
function flippedAnywhere(value: Uint8Array): Uint8Array {
  return altered(value, randomInt(value.length), 1 << randomInt(8));
}

function altered(value: Uint8Array, at: number, bits: number): Uint8Array {
  const copy = Uint8Array.from(value);
  copy[at] = (copy[at] ?? 0) ^ bits;
  return copy;
}

function damage(folder: string): void {
  const file = readdirSync(folder).find((name) => name.endsWith('.db') || name.endsWith('.sqlite'));
  assert.ok(file !== undefined, 'the store file was found');
  const database = new DatabaseSync(join(folder, file));
  const rows = database
    .prepare("select key, value from entries where instr(cast(key as text), '/data/') > 0")
    .all() as { key: Uint8Array; value: Uint8Array }[];
  const versionOf = (name: string) => {
    const row = rows.find((each) => Buffer.from(each.key).includes(`/${name}\0v`));
    assert.ok(row !== undefined, `the stored version of ${name} was found`);
    return row;
  };
  const update = database.prepare('update entries set value = ? where key = ?');
  for (const [name, spoil] of Object.entries(damages)) {
    const { key, value } = versionOf(name);
    update.run(spoil(value), key);
  }
  const [left, right] = [versionOf('swapped-a'), versionOf('swapped-b')];
  update.run(right.value, left.key);
  update.run(left.value, right.key);
  database.close();
}
