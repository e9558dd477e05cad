import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from '../../../../console/tui/model/cluster.ts';
import { linkHealth, linkSign } from '../../../../console/tui/model/link.ts';
import {
  ceremonyOf,
  clusterOf,
  nodeOf,
  PlayedSession,
  threeNodes,
  unsealedCeremony,
} from '../played-session.ts';

function joined(nodes = threeNodes): PlayedSession {
  const session = new PlayedSession();
  session.join(clusterOf(nodes), unsealedCeremony);
  return session;
}

function said(session: PlayedSession): string {
  const { state, consequence } = sentenceOf(session.model);
  return `${state}: ${consequence}`;
}

test('a link is live, then stale with its age, and never silently so', () => {
  const session = joined();
  assert.equal(linkHealth(session.model.link, session.nowMs).kind, 'live');
  session.pass(12_000);
  session.tick();
  assert.deepEqual(linkHealth(session.model.link, session.nowMs), {
    kind: 'stale',
    silentMs: 12_000,
  });
  assert.equal(linkSign(session.model.link, session.nowMs).text, '? stale 12s');
  assert.match(said(session), /^STALE: the agent has been silent for 12s/);
  session.channel({ kind: 'heard', silentMs: 100 });
  assert.equal(linkHealth(session.model.link, session.nowMs).kind, 'live');
});

test('while shares come in, two seconds of silence are told', () => {
  const session = new PlayedSession();
  session.join(clusterOf([nodeOf('a', { sealed: true })]), ceremonyOf({ state: 'collecting' }));
  session.pass(2_000);
  session.tick();
  assert.match(said(session), /^SEALED/);
  session.pass(1);
  session.tick();
  assert.match(said(session), /^STALE: the agent has been silent for 2\.0s/);
});

test('a lost link is said before everything that is still on the screen', () => {
  const session = joined();
  const problem = { code: 'client.control-closed', status: 502, message: 'the connection broke' };
  const waiting = { kind: 'waiting', attempt: 1, retryInMs: 2_000, problem } as const;
  session.channel({ kind: 'link', link: waiting });
  assert.match(
    said(session),
    /^NO LINK: next try in 2\.0s · what is shown is old · the connection/,
  );
  session.channel({ kind: 'link', link: { kind: 'connecting', attempt: 2 } });
  const dialling = /^NO LINK: dialling now · what is shown is old · the connection broke/;
  assert.match(said(session), dialling, 'the reason stays while it is dialled');
  session.channel({ kind: 'link', link: { kind: 'live' } });
  session.channel({ kind: 'heard', silentMs: 0 });
  assert.match(said(session), /^OK/);
});

test('a channel that died says what helps', () => {
  const session = joined();
  session.happen({ kind: 'channel-fault' });
  assert.match(said(session), /^CONSOLE FAULT/);
  assert.equal(sentenceOf(session.model).next[0]?.key, 'q');
});

const states: readonly (readonly [string, Parameters<typeof clusterOf>, string, string])[] = [
  ['new', [[nodeOf('a', { sealed: true })], { initialised: false }], 'NEW', 'i'],
  ['sealed', [[nodeOf('a', { sealed: true })]], 'SEALED', 'u'],
  ['partly sealed', [[nodeOf('a'), nodeOf('b', { sealed: true })]], 'SEALED', 'u'],
  ['degraded', [[nodeOf('a'), nodeOf('b'), nodeOf('c', { role: 'unknown' })]], 'DEGRADED', 'Enter'],
  [
    'without quorum',
    [[nodeOf('a'), nodeOf('b', { role: 'unknown' }), nodeOf('c', { role: 'unknown' })]],
    'NO QUORUM',
    'Enter',
  ],
  ['warned', [[nodeOf('a', { alarm: 'warning' })]], 'WARNING', 'a'],
  ['alarmed', [[nodeOf('a', { alarm: 'critical' })]], 'ALARM', 'a'],
  ['well', [[nodeOf('a')]], 'OK', 'l'],
];

for (const [what, cluster, state, key] of states) {
  test(`a cluster that is ${what} is called ${state}, and ${key} is what helps`, () => {
    const session = new PlayedSession();
    const isSealed = cluster[0].some(({ sealed }) => sealed);
    session.join(clusterOf(...cluster), isSealed ? ceremonyOf() : unsealedCeremony);
    const sentence = sentenceOf(session.model);
    assert.equal(sentence.state, state);
    assert.equal(sentence.next[0]?.key, key);
    assert.ok(sentence.consequence.length > 10);
  });
}
