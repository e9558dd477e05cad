/** An answer is about what was sent; what stands there when it comes may be something else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editorText } from '../../../../console/tui/components/editor-state.ts';
import type { Effect } from '../../../../console/tui/model/effect.ts';
import { isEdited } from '../../../../console/tui/model/policy-editor.ts';
import { openPolicy, selectPolicy } from '../../../../console/tui/screens/policy/policy-view.ts';
import { secretsState } from '../../../../console/tui/screens/secrets/secret-selection.ts';
import {
  clusterOf,
  good,
  paymentsPolicy,
  PlayedSession,
  refused,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

const conflict = refused('policies.cas-mismatch');
const paymentsRequest = { operation: 'read', path: 'sys/policies/acl/payments-app' } as const;

function writing(view: string, argument: string): PlayedSession {
  const session = new PlayedSession(wellStocked, view, argument);
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  session.answer();
  session.answer();
  session.happen({ kind: 'write-window', seconds: 600 });
  return session;
}

/** `payments-app`, rev 7, changed to may patch, reviewed and sent. */
function savingPolicy(): { readonly session: PlayedSession; readonly save: Effect | undefined } {
  const session = writing('policy', 'payments-app');
  session.keys('Down', 'End', 'Left');
  session.type(', "patch"');
  session.keys('C-s', 'y');
  return { session, save: session.effects.shift() };
}

function savingSecret(): { readonly session: PlayedSession; readonly save: Effect | undefined } {
  const session = writing('secrets', 'secret/app/db');
  session.keys('e', 'Tab');
  session.type('one');
  session.keys('C-s');
  return { session, save: session.effects.shift() };
}

function toasts(session: PlayedSession): string {
  return session.model.notices.toasts.map(({ text }) => text).join('; ');
}

function problems(session: PlayedSession): string[] {
  return session.model.notices.problems.map(({ what, problem }) => `${what}: ${problem.code}`);
}

function typedText(session: PlayedSession): string {
  return editorText(openPolicy(session.model).editor);
}

test('a saved policy is the version that was sent, and what is typed since is not in it', () => {
  const { session, save } = savingPolicy();
  assert.equal(selectPolicy(session.model).isSaving, true);
  session.keys('Esc');
  session.type('# more');
  session.answerTo(save, good);
  const edit = openPolicy(session.model);
  assert.equal(edit.base?.version, 8);
  assert.match(edit.base.text, /"list", "patch"/);
  assert.doesNotMatch(edit.base.text, /# more/);
  assert.equal(isEdited(edit), true);
});

test('a policy that is opened while another one is saved is not taken for it', () => {
  const { session, save } = savingPolicy();
  session.happen({ kind: 'go', place: { view: 'policy', argument: 'default' } });
  session.answer();
  session.answerTo(save, good);
  const edit = openPolicy(session.model);
  assert.deepEqual(
    [edit.name, edit.base?.version, edit.base?.text, isEdited(edit)],
    ['default', 1, '# default\n', false],
  );
  assert.match(toasts(session), /policy payments-app is saved/);
});

test('nothing is saved twice: y waits for the answer, and works again after a refusal', () => {
  const { session, save } = savingPolicy();
  session.keys('y');
  assert.deepEqual(session.effects, []);
  assert.match(toasts(session), /it is being saved/);
  session.answerTo(save, refused('client.timeout', 504));
  assert.deepEqual(problems(session), ['save policy payments-app: client.timeout']);
  session.keys('C-s', 'y');
  assert.equal(session.effects.length, 1);
});

test('a save that comes too late shows both changes and loses neither', () => {
  const { session, save } = savingPolicy();
  session.answerTo(save, conflict);
  assert.equal(openPolicy(session.model).pane, 'conflict');
  assert.match(typedText(session), /"list", "patch"/);
  assert.deepEqual(problems(session), [], 'the screen shows it itself');
});

test('a conflict of a policy that is no longer open is told, and waits in it', () => {
  const { session, save } = savingPolicy();
  session.happen({ kind: 'go', place: { view: 'policy', argument: 'default' } });
  session.answerTo(save, conflict);
  assert.equal(openPolicy(session.model).pane, 'text', 'the one that is open has none');
  assert.deepEqual(problems(session), ['save policy payments-app: policies.cas-mismatch']);
  session.happen({ kind: 'go', place: { view: 'policy', argument: 'payments-app' } });
  assert.match(typedText(session), /"list", "patch"/);
  session.read(paymentsRequest, { policy: `${paymentsPolicy}# theirs\n`, version: 8 });
  assert.equal(selectPolicy(session.model).newerVersion, 8);
});

test('changes are kept while other policies are opened', () => {
  const session = writing('policy', 'payments-app');
  session.type('# mine ');
  session.keys('Esc');
  for (const name of ['default', 'another']) {
    session.happen({ kind: 'go', place: { view: 'policy', argument: name } });
    session.answer();
  }
  session.happen({ kind: 'go', place: { view: 'policy', argument: 'payments-app' } });
  assert.match(typedText(session), /^# mine path/);
  assert.equal(openPolicy(session.model).base?.version, 7);
});

test('b takes both changes where they are of different lines, and saves on top of theirs', () => {
  const { session, save } = savingPolicy();
  session.answerTo(save, conflict);
  session.read(paymentsRequest, { policy: `${paymentsPolicy}path "new" {\n}\n`, version: 8 });
  session.keys('b', 'y');
  const [effect] = session.effects;
  assert.ok(effect?.kind === 'request');
  assert.equal(effect.request.body?.['cas'], 8);
  const sent = effect.request.body?.['policy'];
  assert.ok(typeof sent === 'string');
  assert.match(sent, /"list", "patch"\]/);
  assert.match(sent, /path "new"/);
});

test('what is typed into a secret while it is saved stays, as a change of what was saved', () => {
  const { session, save } = savingSecret();
  session.type(' more');
  session.keys('C-s');
  assert.equal(session.effects.length, 0, 'nothing is sent while the same is under way');
  session.answerTo(save, good);
  session.keys('C-s');
  const next = session.effects.shift();
  assert.ok(next?.kind === 'request');
  assert.deepEqual(next.request.body, { data: { password: 'one more' }, options: { cas: 4 } });
});

test('a secret that is saved closes its form; moving through the fields changes nothing', () => {
  const { session, save } = savingSecret();
  session.keys('Tab', 'S-Tab');
  session.answerTo(save, good);
  assert.equal(secretsState.of(session.model).form, undefined);
});

test('a form that is opened while another one is saved stays open, and nothing moves', () => {
  const { session, save } = savingSecret();
  session.keys('Esc', 'Esc');
  session.happen({ kind: 'select', view: 'secrets', id: 'secret/top' });
  session.keys(':');
  session.type('secret new secret/other');
  session.keys('Enter', 'u');
  session.answerTo(save, good);
  assert.equal(secretsState.of(session.model).form?.path, 'secret/other');
  assert.equal(session.model.selected['secrets'], 'secret/top');
  assert.match(toasts(session), /secret\/app\/db is saved as version 4/);
});

test('a conflict of a form that was left is told', () => {
  const { session, save } = savingSecret();
  session.keys('Esc', 'Esc');
  session.answerTo(save, refused('kv.cas-mismatch'));
  assert.equal(secretsState.of(session.model).pane, 'tree');
  assert.deepEqual(problems(session), ['save secret/app/db: kv.cas-mismatch']);
});

test('values that are asked for twice are those of the second question', () => {
  const session = writing('secrets', 'secret/app/db');
  session.keys('x');
  const [first] = session.effects.splice(0);
  session.happen({ kind: 'focus', focused: false });
  session.keys('x');
  const [second] = session.effects.splice(0);
  session.answerTo(first, { ...good, data: { data: { password: 'stale' } } });
  assert.equal(secretsState.of(session.model).revealed, undefined);
  session.answerTo(second, { ...good, data: { data: { password: 'fresh' } } });
  assert.deepEqual(secretsState.of(session.model).revealed?.values, [['password', 'fresh']]);
});
