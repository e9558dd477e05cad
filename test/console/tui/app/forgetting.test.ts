/**
 * CVE-2021-38554: a user interface kept what one user had looked at, and showed it to the next one
 * who logged in there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clusterOf,
  metricsOf,
  PlayedSession,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

/** Somebody has read, revealed, typed and asked: each trace is a word of its own. */
function busySession(): PlayedSession {
  const session = new PlayedSession(wellStocked, 'secrets', 'secret/app/db');
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn('alice');
  session.answer();
  for (const snapshot of metricsOf(2)) {
    session.channel({ kind: 'snapshot', topic: 'metrics', snapshot });
  }
  const line = JSON.stringify({ index: 1, type: 'single', request: { path: 'seen-in-audit' } });
  session.channel({ kind: 'audit', lines: [line], dropped: 0 });
  session.happen({ kind: 'sent', id: 1, operation: 'read', path: 'secret/data/asked' });
  session.happen({ kind: 'write-window', seconds: 600 });
  session.keys(':');
  session.type('policy typed-by-alice');
  session.keys('Enter');
  session.answer();
  session.type('# half-written');
  session.keys('Esc', '/');
  session.type('filtered-by');
  session.keys('Enter', 'Esc', 'x');
  session.answer();
  return session;
}

const traces =
  /correct horse|battery staple|seen-in-audit|asked|typed-by|half-written|filtered-by|alice|app\/db/;

/** Everything that is kept, maps and command history included. */
function allOf({ app }: PlayedSession): string {
  return JSON.stringify(app, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function logInAs(session: PlayedSession, accessor: string): void {
  const identity = {
    accessor,
    displayName: 'bob',
    policies: [],
    expiresAtMs: undefined,
    operator: undefined,
  };
  session.channel({ kind: 'identity', state: { kind: 'known', identity } });
}

test('the session that is to be forgotten left traces', () => {
  const session = busySession();
  for (const trace of ['correct horse', 'seen-in-audit', 'half-written', 'typed-by', 'asked']) {
    assert.ok(allOf(session).includes(trace), trace);
  }
});

test('CVE-2021-38554: whoever logs out leaves nothing that they saw or typed', () => {
  const session = busySession();
  session.happen({ kind: 'logged-out' });
  assert.doesNotMatch(allOf(session), traces);
  assert.equal(session.view, 'cluster');
  assert.equal(session.model.write.untilMs, undefined, 'nor an open window for changes');
});

test('CVE-2021-38554: another token finds nothing of the one before', () => {
  const session = busySession();
  logInAs(session, 'acc-2');
  assert.doesNotMatch(allOf(session), traces);
});

test('CVE-2021-38554: an answer to the one before, come late, shows nothing', () => {
  const session = busySession();
  session.keys('x', 'x');
  logInAs(session, 'acc-2');
  session.answer();
  assert.doesNotMatch(allOf(session), /correct horse/);
});

test('a token that has run out hides what was read, and keeps what was typed for its owner', () => {
  const session = busySession();
  const problem = { code: 'client.control-closed', status: 502, message: 'the token was revoked' };
  session.channel({ kind: 'identity', state: { kind: 'refused', problem } });
  session.channel({ kind: 'identity', state: { kind: 'anonymous' } });
  assert.doesNotMatch(allOf(session), /correct horse|seen-in-audit/);
  assert.match(allOf(session), /half-written/);
  logInAs(session, 'acc-1');
  assert.match(allOf(session), /half-written/);
});

test('one who comes after a token that has run out finds nothing of it', () => {
  const session = busySession();
  session.channel({ kind: 'identity', state: { kind: 'anonymous' } });
  logInAs(session, 'acc-2');
  assert.doesNotMatch(allOf(session), traces);
});
