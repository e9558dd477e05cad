import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from '../../../../console/tui/model/cluster.ts';
import { selectAlarms } from '../../../../console/tui/screens/alarms/alarms-view.ts';
import { selectAudit } from '../../../../console/tui/screens/audit/audit-view.ts';
import { selectCluster } from '../../../../console/tui/screens/cluster/cluster-view.ts';
import { selectPolicies } from '../../../../console/tui/screens/policies/policies-view.ts';
import { selectSecrets } from '../../../../console/tui/screens/secrets/secrets-view.ts';
import { selectTokens } from '../../../../console/tui/screens/tokens/tokens-view.ts';
import {
  ceremonyOf,
  clusterOf,
  diskAlarms,
  nodeOf,
  PlayedSession,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

const refused = { code: 'policies.denied', status: 403, message: 'denied' };

function loggedIn(view: string): PlayedSession {
  const session = new PlayedSession(wellStocked, view);
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  session.answer();
  return session;
}

test('a list whose rows are all hidden does not say that there are none', () => {
  const session = loggedIn('policies');
  session.keys('/');
  session.type('zzz');
  session.keys('Enter');
  assert.match(selectPolicies(session.model).empty, /nothing passes the filter/);
});

test('where nobody can be known, because the agent is sealed, nobody is told to log in', () => {
  const session = new PlayedSession({});
  session.join(clusterOf([nodeOf('node-1', { sealed: true })]), ceremonyOf());
  session.channel({ kind: 'identity', state: { kind: 'waiting' } });
  for (const select of [selectPolicies, selectSecrets, selectTokens]) {
    assert.match(select(session.model).empty, /^sealed: /);
  }
  assert.equal(selectTokens(session.model).note, '', 'no token is their own');
});

test('who is logged in and has no figures yet is not told to log in', () => {
  const session = new PlayedSession({});
  session.join(clusterOf(threeNodes), unsealedCeremony);
  assert.equal(selectCluster(session.model).noFigures, 'figures come with a login');
  session.logIn();
  assert.equal(selectCluster(session.model).noFigures, 'the first figures are on their way');
  session.channel({ kind: 'topic-refused', topic: 'metrics', problem: refused });
  assert.match(selectCluster(session.model).noFigures, /^denied: .*sys\/control\/metrics/);
});

test('alarms that a token may not see are not called none', () => {
  const session = loggedIn('alarms');
  session.channel({ kind: 'topic-refused', topic: 'alarms', problem: refused });
  const { title, empty, isKnown } = selectAlarms(session.model);
  assert.equal(title, 'open alarms: not known');
  assert.match(empty, /^denied: this token may not read sys\/control\/alarms/);
  assert.equal(isKnown, false);
});

test('alarms that the filter hides are not called none', () => {
  const session = loggedIn('alarms');
  session.channel({ kind: 'snapshot', topic: 'alarms', snapshot: diskAlarms });
  session.keys('/');
  session.type('zzz');
  session.keys('Enter');
  assert.match(selectAlarms(session.model).empty, /nothing passes the filter/);
});

test('a sealed agent tells no alarm, and what stood before is not taken for the present', () => {
  const session = loggedIn('alarms');
  session.channel({ kind: 'snapshot', topic: 'alarms', snapshot: { ...diskAlarms, open: [] } });
  const sealedWith = (alarm: 'critical' | undefined): void =>
    session.join(clusterOf([nodeOf('node-1', { sealed: true, alarm })]), ceremonyOf());
  sealedWith('critical');
  const raised = selectAlarms(session.model);
  assert.equal(raised.isKnown, false);
  assert.equal(raised.title, 'open alarms: not known, the agent is sealed');
  assert.match(raised.empty, /^a critical alarm is open on node-1; which one is told to nobody/);
  assert.match(sentenceOf(session.model).consequence, / · critical alarm$/);

  session.channel({ kind: 'snapshot', topic: 'alarms', snapshot: diskAlarms });
  const old = selectAlarms(session.model);
  assert.equal(old.open.length, 1);
  assert.match(old.note, /^a critical alarm is open on node-1; .* What stood at 12:03:1\dZ:$/);

  // That none is open anybody may know.
  sealedWith(undefined);
  const { title, empty, open, note } = selectAlarms(session.model);
  assert.deepEqual([title, empty, open, note], ['open alarms: 0', '● no alarm is open', [], '']);
});

test('a sealed agent denies nothing, and is not said to', () => {
  const session = loggedIn('audit');
  session.join(clusterOf([nodeOf('node-1', { sealed: true })]), ceremonyOf());
  for (const topic of ['audit', 'alarms', 'metrics'] as const) {
    session.channel({ kind: 'topic-refused', topic, problem: refused });
  }
  assert.match(selectAudit(session.model).empty, /^sealed: /);
  assert.match(selectAlarms(session.model).empty, /no alarm is open/);
  assert.match(selectCluster(session.model).noFigures, /unsealed/);
});
