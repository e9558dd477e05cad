import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsState } from '../../../../console/tui/screens/secrets/secret-selection.ts';
import { currentPlace } from '../../../../console/tui/model/places.ts';
import { policyPresence, presenceOf } from '../../../../console/tui/model/presence.ts';
import { openPolicy, selectPolicy } from '../../../../console/tui/screens/policy/policy-view.ts';
import { editorText } from '../../../../console/tui/components/editor-state.ts';
import {
  ceremonyOf,
  clusterOf,
  nodeOf,
  PlayedSession,
  startMs,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

function loggedIn(view = 'cluster', argument?: string): PlayedSession {
  const session = new PlayedSession(wellStocked, view, argument);
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  session.answer();
  return session;
}

function toasts(session: PlayedSession): string {
  return session.model.notices.toasts.map(({ text }) => text).join('; ');
}

test('a new cluster leads to its init, a sealed one home, and u to the ceremony', () => {
  const fresh = new PlayedSession();
  fresh.join(clusterOf([nodeOf('a', { sealed: true })], { initialised: false }), ceremonyOf());
  assert.equal(fresh.view, 'init');
  fresh.keys('Esc');
  assert.equal(fresh.view, 'cluster');

  const sealed = new PlayedSession();
  sealed.join(clusterOf([nodeOf('a', { sealed: true })]), ceremonyOf());
  sealed.keys('u', 'Enter');
  assert.equal(sealed.view, 'ceremony');
  assert.deepEqual(sealed.effects, [{ kind: 'enter-share' }]);
});

test('making the key asks once, and names what was chosen', () => {
  const session = new PlayedSession();
  session.join(clusterOf([nodeOf('a', { sealed: true })], { initialised: false }), ceremonyOf());
  session.keys('Right', 'Right', 'Down', 'Right', 'Enter');
  assert.deepEqual(session.effects, [], 'nothing happens before the answer');
  session.keys('Enter');
  assert.deepEqual(session.effects, [], 'Enter never confirms');
  session.keys('y');
  assert.deepEqual(session.effects, [{ kind: 'found', shares: 5, threshold: 3 }]);
});

test('shares and threshold stay possible, whatever is pressed', () => {
  const session = new PlayedSession();
  session.join(clusterOf([nodeOf('a', { sealed: true })], { initialised: false }), ceremonyOf());
  session.keys('Left', 'Left', 'Left', 'Left', 'Down', 'Left', 'Left', 'Enter', 'y');
  assert.deepEqual(session.effects, [{ kind: 'found', shares: 1, threshold: 1 }]);
});

test('q quits from the first view alone, and says so elsewhere', () => {
  const session = loggedIn();
  session.keys('p', 'q');
  assert.deepEqual(session.effects, []);
  assert.match(toasts(session), /q quits from the first view/);
  session.keys('Esc', 'q');
  assert.deepEqual(session.effects, [{ kind: 'quit' }]);
});

test('Esc takes away a problem, then the filter, then the view, and never quits', () => {
  const session = loggedIn('policies');
  session.keys('/');
  session.type('pay');
  session.keys('Enter');
  const problem = { code: 'c', status: 400, message: 'm' };
  session.happen({ kind: 'problem', what: 'x' as never, problem });
  session.keys('Esc');
  assert.deepEqual(session.model.notices.problems, []);
  assert.equal(session.model.filters['policies'], 'pay');
  session.keys('Esc');
  assert.equal(session.model.filters['policies'], '');
  session.keys('Esc', 'Esc', 'Esc');
  assert.equal(session.view, 'cluster');
  assert.deepEqual(session.effects, []);
});

test('a policy is changed, reviewed and saved with the version it is based on', () => {
  const session = loggedIn('policy', 'payments-app');
  session.keys('Down', 'End', 'Left');
  session.type(', "patch"');
  session.keys('C-s', 'y');
  assert.match(toasts(session), /read only/, 'the window for changes is shut');
  session.keys(':');
  session.type('write 5m');
  session.keys('Enter', 'y');
  const [effect] = session.effects;
  assert.ok(effect?.kind === 'request');
  assert.equal(effect.request.path, 'sys/policies/acl/payments-app');
  assert.equal(effect.request.body?.['cas'], 7);
  const text = effect.request.body?.['policy'];
  assert.ok(typeof text === 'string');
  assert.match(text, /"list", "patch"\]/);
});

test('a policy with an error cannot be saved, and says where the error stands', () => {
  const session = loggedIn('policy', 'payments-app');
  session.keys('Down', 'End', 'Left', 'x', 'C-s');
  assert.equal(openPolicy(session.model).pane, 'text');
  assert.match(toasts(session), /the policy has errors/);
});

test('a policy that nobody may read yet says why, and is neither new nor valid', () => {
  const session = new PlayedSession(wellStocked, 'policy', 'payments-app');
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.answer();
  session.app = { ...session.app, model: { ...session.model, resources: new Map() } };
  const view = selectPolicy(session.model);
  assert.match(view.unread, /log in to see this/);
});

test('two in one policy see each other, and nobody else learns its name', () => {
  const session = loggedIn('policy', 'payments-app');
  const view = presenceOf(currentPlace(session.model.places));
  assert.doesNotMatch(view, /payments/);
  const bob = { id: 'p2', name: 'bob', proved: false, view, sinceMs: startMs };
  const elsewhere = { ...bob, id: 'p3', name: 'carol', view: policyPresence('other') };
  const snapshot = { ...unsealedCeremony, participants: [bob, elsewhere] };
  session.channel({ kind: 'snapshot', topic: 'ceremony', snapshot });
  assert.deepEqual(selectPolicy(session.model).others, ['bob']);
});

test('letters typed into a policy are text, not verbs, and a paste with lines is no command', () => {
  const session = loggedIn('policy', 'payments-app');
  session.type('q:/?ypC');
  assert.match(editorText(openPolicy(session.model).editor), /^q:\/\?ypC/);
  assert.equal(session.view, 'policy');
});

test('values are shown for fifteen seconds, and are then nowhere in the model', () => {
  const session = loggedIn('secrets', 'secret/app/db');
  session.answer();
  assert.doesNotMatch(JSON.stringify(session.model), /correct horse/);
  session.keys('x');
  session.answer();
  assert.match(JSON.stringify(session.model.screens), /correct horse/);
  session.pass(14_000);
  session.tick();
  assert.match(JSON.stringify(session.model.screens), /correct horse/);
  session.pass(1_000);
  session.tick();
  assert.doesNotMatch(allOf(session), /correct horse/);
});

/** Everything that the model holds, maps included. */
function allOf({ app }: PlayedSession): string {
  return JSON.stringify(app, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

for (const [what, act] of [
  [
    'losing the focus',
    (session: PlayedSession) => session.happen({ kind: 'focus', focused: false }),
  ],
  ['pressing x again', (session: PlayedSession) => session.keys('x')],
  ['choosing another secret', (session: PlayedSession) => session.keys('k')],
  ['leaving the view', (session: PlayedSession) => session.keys('Esc')],
  [
    'another identity',
    (session: PlayedSession) => session.happen({ kind: 'dialled', address: 'x' }),
  ],
] as const) {
  test(`${what} masks the values at once`, () => {
    const session = loggedIn('secrets', 'secret/app/db');
    session.answer();
    session.keys('x');
    session.answer();
    act(session);
    assert.doesNotMatch(allOf(session), /correct horse/);
  });
}

test('an answer that comes after one has looked away reveals nothing', () => {
  const session = loggedIn('secrets', 'secret/app/db');
  session.answer();
  session.keys('x', 'k');
  session.answer();
  assert.equal(secretsState.of(session.model).revealed, undefined);
  assert.doesNotMatch(allOf(session), /correct horse/);
});

test('two versions are compared by name, and no value stays', () => {
  const session = loggedIn('secrets', 'secret/app/db');
  session.answer();
  session.keys('Tab', 'j');
  session.answer();
  session.keys('d');
  session.answer();
  assert.deepEqual(secretsState.of(session.model).comparison?.changes, [
    { name: 'user', change: 'same' },
    { name: 'password', change: 'changed' },
    { name: 'tls', change: 'added' },
  ]);
  assert.doesNotMatch(allOf(session), /correct horse|battery staple/);
});

test('half of a comparison whose other half never comes is forgotten', () => {
  const session = loggedIn('secrets', 'secret/app/db');
  session.answer();
  session.keys('Tab', 'j');
  session.answer();
  session.keys('d');
  session.effects.splice(1);
  session.answer();
  assert.match(allOf(session), /battery staple/);
  session.pass(15_000);
  session.tick();
  assert.doesNotMatch(allOf(session), /battery staple/);
});

test('a dialog acts on what it was opened on, whatever is selected later', () => {
  const session = loggedIn('secrets', 'secret/app/db');
  session.answer();
  session.happen({ kind: 'write-window', seconds: 60 });
  session.keys('D');
  session.happen({ kind: 'select', view: 'secrets', id: 'secret/top' });
  session.keys('y');
  const [effect] = session.effects;
  const isOld =
    effect === undefined ||
    (effect.kind === 'request' && effect.request.path === 'secret/delete/app/db');
  assert.ok(isOld, 'never the one that is selected now');
});

test('sealing asks for the name and a reason, and the reason goes along', () => {
  const session = loggedIn();
  session.keys('C-o', ':');
  session.type('seal');
  session.keys('Enter');
  session.type('prod-eu1');
  session.keys('Tab');
  session.type('fire drill');
  session.pass(2_100);
  session.keys('C-y');
  const [effect] = session.effects;
  assert.ok(effect?.kind === 'request', JSON.stringify(session.app.router));
  assert.deepEqual(effect.request, {
    operation: 'write',
    path: 'sys/seal',
    body: { reason: 'fire drill' },
  });
});

test('a login that is refused, or ends, stays on the screen until it is dismissed', () => {
  const session = loggedIn();
  const problem = { code: 'client.control-closed', status: 502, message: 'the token was revoked' };
  session.channel({ kind: 'identity', state: { kind: 'refused', problem } });
  session.channel({ kind: 'identity', state: { kind: 'anonymous' } });
  session.pass(60_000);
  session.tick();
  assert.deepEqual(
    session.model.notices.problems.map(({ problem: { message } }) => message),
    ['the token was revoked'],
  );
});

test('somebody else sees nothing of what was read before', () => {
  const session = loggedIn('policies');
  assert.ok(session.model.resources.size > 0);
  session.channel({ kind: 'identity', state: { kind: 'anonymous' } });
  assert.equal(session.model.resources.size, 0);
});

test('the write window closes by itself, and --read-only keeps it shut', () => {
  const session = loggedIn();
  session.happen({ kind: 'write-window', seconds: 1_000_000 });
  assert.ok((session.model.write.untilMs ?? 0) <= session.nowMs + 3_600_000);
  session.app = {
    ...session.app,
    model: { ...session.model, write: { untilMs: undefined, locked: true } },
  };
  session.happen({ kind: 'write-window', seconds: 60 });
  assert.equal(session.model.write.untilMs, undefined);
});

test('a filter hides rows, says how many, and the selection stays among what is shown', () => {
  const session = loggedIn('policies');
  session.keys('G');
  assert.equal(session.model.selected['policies'], 'root');
  session.keys('/');
  session.type('pay');
  session.keys('Enter', 'Enter');
  assert.equal(session.view, 'policy');
  assert.equal(openPolicy(session.model).name, 'payments-app');
});

test('the clock of the agent, not of this host, counts a deadline down', () => {
  const session = new PlayedSession();
  session.join(
    clusterOf([nodeOf('a', { sealed: true })], { capturedAtMs: startMs + 60_000 }),
    ceremonyOf({ state: 'collecting', deadlineAtMs: startMs + 90_000 }),
  );
  assert.equal(session.model.agentAheadMs, 60_000);
});

test('a review that is scrolled past its end comes back with one key', () => {
  const session = loggedIn('policy', 'payments-app');
  session.type('# mine');
  session.keys('C-s', 'PageDown', 'PageDown', 'j', 'j');
  assert.equal(openPolicy(session.model).scrolledRows, 0, 'all of it fits');
});
