/**
 * F-08 (one node) and F-46 on a real agent: every file that a start reads, damaged in every way
 * that a disk or a hurried hand has. The start names the file and the cure and changes nothing, or
 * it goes on where that is right: everything that was confirmed is there, and an alarm stands where
 * an operator has to look. Never is anything lost without a word. Of the long list some are drawn;
 * STRONGBOX_TEST_DAMAGES says how many.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { copyFileSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import * as damage from './damages.ts';
import { alarmsOf, checkServes, copyOf, makeOriginal, type Original, startOn } from './folder.ts';

type DamageName =
  | 'emptied'
  | 'halved'
  | 'gone'
  | 'exposed'
  | 'folder'
  | 'linked'
  | 'newer'
  | `flipped ${number}`;

interface Case {
  readonly file: string;
  readonly damage: DamageName;
  /** What a refusal says; or that it serves, with these alarms. */
  readonly expected: RegExp | readonly string[];
}

const damagesWanted = Number(process.env['STRONGBOX_TEST_DAMAGES'] ?? 12);
const startsAtOnce = 3;
const fine: readonly string[] = [];
const wrongType = /is not a regular file; move it away/;
const exposed = /other users may read or change .*; run: chmod 600/;
const missing = /is missing, so this data folder is not whole.* restore/;
const behind = /confirmed writes are missing in .*put store\.db and store\.db-wal back/;
const noCertificate = /no usable certificate in .*tls.*restore the folder from a backup/;
const useless = ['audit-checkpoint-useless'];
const keyDamaged = /audit\.key is damaged; restore it.*audit\.pub, audit\.checkpoint and the audit/;

/** In a folder that an orderly stop has left. */
const stopped: readonly Case[] = [
  ...of('agent.yaml', {
    emptied: /agent\.yaml:1: the file is empty/,
    halved: /agent\.yaml:\d+: not valid YAML/,
    'flipped 0': /agent\.yaml:1: "jode" is no key here; did you mean "node"/,
    folder: /agent\.yaml cannot be read \(EISDIR\); check its path and mode/,
    gone: /agent\.yaml cannot be read \(ENOENT\); check its path and mode/,
    linked: fine,
  }),
  ...of('own.pem', {
    emptied: /own\.pem does not begin with a certificate/,
    halved: /own\.pem does not begin with a certificate/,
    folder: /cannot read .*own\.pem \(EISDIR\)/,
    gone: /cannot read .*own\.pem \(ENOENT\)/,
  }),
  ...of('own.key', {
    halved: /own\.key is not a private key/,
    'flipped 0.5': /own\.key is not a private key|own\.pem was not made for the private key/,
    exposed: /own\.key is open to others.*chmod 600/,
    gone: /cannot read .*own\.key \(ENOENT\)/,
  }),
  ...of('data/FORMAT', {
    emptied: /FORMAT does not name a format; restore/,
    halved: /FORMAT does not name a format; restore/,
    exposed,
    folder: wrongType,
    linked: wrongType,
    gone: missing,
    newer: /format 2, made by a newer StrongBox/,
  }),
  ...of('data/lock', { exposed, linked: wrongType, folder: /lock cannot be locked/, gone: fine }),
  ...of('data/store.db', {
    emptied: /the store's file is damaged.*restore a backup/,
    halved: /the store's file is damaged.*restore a backup/,
    'flipped 0': /the store's file is damaged.*restore a backup/,
    exposed,
    folder: wrongType,
    linked: wrongType,
    gone: missing,
  }),
  ...of('data/audit.key', {
    emptied: keyDamaged,
    'flipped 0': keyDamaged,
    // In the key of the codes, in the seed of the signatures, and in the checksum behind it.
    'flipped 0.3': keyDamaged,
    'flipped 0.75': keyDamaged,
    'flipped 0.99': keyDamaged,
    exposed,
    folder: /audit\.key is not a file; restore it/,
    linked: wrongType,
    gone: /audit\.key is missing, though an audit log was written with it; restore it/,
  }),
  ...of('data/audit.pub', {
    emptied: fine,
    'flipped 0.5': fine,
    exposed,
    folder: /audit\.pub is a folder; move it away/,
    gone: fine,
  }),
  ...of('data/audit.checkpoint', {
    emptied: useless,
    'flipped 0.5': useless,
    exposed,
    linked: wrongType,
    gone: useless,
  }),
  ...of('data/tls/ca.pem', {
    emptied: /certificate authority in .*tls does not belong to its key; restore both/,
    folder: /cannot read .*ca\.pem \(EISDIR\)/,
    gone: noCertificate,
  }),
  ...of('data/tls/server.pem', {
    emptied: noCertificate,
    'flipped 0.5': noCertificate,
    folder: /cannot read .*server\.pem \(EISDIR\)/,
    gone: noCertificate,
  }),
  ...of('audit/audit.log', {
    emptied: ['audit-tail-lost'],
    halved: ['audit-tail-lost'],
    gone: ['audit-tail-lost'],
    // What lies before the last checkpoint is for `audit verify`: a start does not read it all.
    'flipped 0.5': fine,
  }),
];

/** In a folder whose agent was killed: the last commits are in the write-ahead file alone. */
const killed: readonly Case[] = [
  ...of('data/holder.json', { emptied: fine, exposed, folder: wrongType, gone: fine }),
  ...of('data/store.db', { 'flipped 0': fine, gone: missing }),
  ...of('data/store.db-wal', {
    emptied: behind,
    halved: behind,
    'flipped 0': behind,
    'flipped 0.5': behind,
    exposed,
    folder: wrongType,
    linked: wrongType,
    gone: missing,
  }),
];

function of(
  file: string,
  expectations: { readonly [Name in DamageName]?: Case['expected'] },
): Case[] {
  return Object.entries(expectations).map(([name, expected]) => {
    assert.ok(expected !== undefined);
    return { file, damage: name as DamageName, expected };
  });
}

function damageOf(name: DamageName): damage.Damage {
  if (name === 'newer') return damage.rewritten('strongbox data folder, format 2\n');
  const { emptied, halved, gone, exposed: exposing, folder, linked } = damage;
  const named = { emptied, halved, gone, exposed: exposing, folder, linked };
  const [, part] = /^flipped (.+)$/.exec(name) ?? [];
  return part === undefined ? named[name as keyof typeof named] : damage.flipped(Number(part));
}

async function tryCase(original: Original, { file, damage: name, expected }: Case): Promise<void> {
  await using parent = await temporaryFolder();
  const folder = join(parent.path, 'node');
  await copyOf(original, folder);
  const path = join(folder, file);
  damageOf(name)(path);
  const before = contentOf(path);
  const agent = await startOn(folder);
  try {
    if (expected instanceof RegExp) {
      assert.match(agent.stderr, expected);
      assert.ok(agent.exitCode === 1 || agent.exitCode === 2, `exit ${agent.exitCode}`);
      assert.deepEqual(contentOf(path), before, 'the damaged file is left as it was');
    } else {
      assert.equal(agent.exitCode, undefined, agent.stderr);
      await checkServes(agent, original);
      assert.deepEqual(await alarmsOf(agent, original), expected);
    }
  } finally {
    await agent.stop('SIGKILL');
  }
}

function contentOf(path: string): Buffer | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
}

function drawn(cases: readonly Case[]): Case[] {
  const left = [...cases];
  const wanted = Math.min(damagesWanted, left.length);
  return Array.from({ length: wanted }, () => left.splice(randomInt(left.length), 1)).flat();
}

async function tryAll(cases: readonly Case[], end: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  await using parent = await temporaryFolder();
  const original = await makeOriginal(join(parent.path, 'original'), end);
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { file, damage: name } = next;
      await tryCase(original, next).catch((cause: unknown) => {
        throw new Error(`${file}, ${name}`, { cause });
      });
    }
  };
  await Promise.all(Array.from({ length: startsAtOnce }, work));
}

test('F-08, F-46: a damaged file of a stopped agent is named with its cure, or does no harm', async () => {
  await tryAll(drawn(stopped), 'SIGTERM');
});

test('F-08: a damaged file of a killed agent loses no confirmed write without a word', async () => {
  await tryAll(killed, 'SIGKILL');
});

test('F-12: an older copy of the store that is put in its place is refused, with the log beside it', async () => {
  await using parent = await temporaryFolder();
  const original = await makeOriginal(join(parent.path, 'original'), 'SIGTERM');
  const folder = join(parent.path, 'node');
  await copyOf(original, folder);
  const agent = await startOn(folder);
  await checkServes(agent, original);
  const last = await agent.call('POST', 'secret/last', original.rootToken, { value: 'newer' });
  assert.equal(last.status, 204, last.text);
  await agent.stop('SIGTERM');
  copyFileSync(join(original.folder, 'data/store.db'), join(folder, 'data/store.db'));
  const again = await startOn(folder);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, behind);
  // The cure that the sentence names, for whoever means it.
  copyFileSync(join(original.folder, 'audit/audit.log'), join(folder, 'audit/audit.log'));
  const meant = await startOn(folder);
  await checkServes(meant, original);
  assert.deepEqual(await alarmsOf(meant, original), ['audit-tail-lost']);
  await meant.stop('SIGKILL');
});
