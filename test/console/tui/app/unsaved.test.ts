/** What is typed and not saved: it is shown, one key does not end it, and it is nobody else's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptEdits } from '../../../../console/tui/app/kept-edits.ts';
import { detailLines } from '../../../../console/tui/screens/secrets/secret-lines.ts';
import { secretsState } from '../../../../console/tui/screens/secrets/secret-selection.ts';
import { selectSecrets } from '../../../../console/tui/screens/secrets/secrets-view.ts';
import {
  clusterOf,
  PlayedSession,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

const path = 'secret/app/db';

function at(view: string, argument?: string): PlayedSession {
  const session = new PlayedSession(wellStocked, view, argument);
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  session.answer();
  session.answer();
  session.happen({ kind: 'write-window', seconds: 600 });
  return session;
}

function toasts(session: PlayedSession): string {
  return session.model.notices.toasts.map(({ text }) => text).join('; ');
}

function details(session: PlayedSession): string {
  const lines = detailLines(selectSecrets(session.model), 60);
  return lines.map(({ spans }) => spans.map(({ text }) => text).join('')).join(' ');
}

test('the secret says that an unsaved text of it is kept, and E offers to open that', () => {
  const session = at('secrets', path);
  assert.doesNotMatch(details(session), /not saved/);
  session.happen({ kind: 'kept', path, isKept: true });
  assert.match(details(session), /not saved: E opens it +again/);
  session.keys('E', 'y');
  const [effect] = session.effects;
  assert.ok(effect?.kind === 'edit-secret');
  assert.deepEqual([effect.path, effect.version], [path, 3]);
  session.happen({ kind: 'kept', path, isKept: false });
  assert.doesNotMatch(details(session), /not saved/);
});

test('E changes the newest version, whichever is looked at', () => {
  const session = at('secrets', path);
  session.keys('Tab', 'Down');
  assert.equal(selectSecrets(session.model).secret?.version, 2);
  session.answer();
  session.keys('E', 'y');
  const [effect] = session.effects;
  assert.ok(effect?.kind === 'edit-secret');
  assert.equal(effect.version, 3);
  assert.deepEqual(effect.save.request.body, { options: { cas: 3 } });
});

test('an unsaved text is thrown away by a command alone, which asks', () => {
  const session = at('secrets', path);
  session.keys(':');
  session.type('secret discard');
  session.keys('Enter');
  assert.match(toasts(session), /no unsaved text/);
  session.happen({ kind: 'kept', path, isKept: true });
  session.keys(':');
  session.type('secret discard');
  session.keys('Enter', 'y');
  assert.deepEqual(session.effects, [{ kind: 'discard-edit', path }]);
});

test('whoever comes next finds no unsaved text', () => {
  const session = at('secrets', path);
  session.happen({ kind: 'kept', path, isKept: true });
  session.logIn('bob', 'acc-9');
  assert.deepEqual(secretsState.of(session.model).kept, []);
  const edits = new KeptEdits();
  edits.keep(path, { base: 'b', version: 1, text: 't' });
  edits.forgetAll();
  assert.equal(edits.of(path), undefined);
});

test('q does not leave what is typed and not saved; :quit does', () => {
  const session = at('policy', 'payments-app');
  session.type('# new ');
  session.keys('Esc', 'Esc');
  assert.equal(session.view, 'cluster');
  session.keys('q');
  assert.deepEqual(session.effects, []);
  assert.match(toasts(session), /not saved: policy payments-app; :quit leaves all the same/);
  session.keys('C-c');
  assert.deepEqual(session.effects, []);
  session.keys(':');
  session.type('quit');
  session.keys('Enter');
  assert.deepEqual(session.effects, [{ kind: 'quit' }]);
});

test('q names what is most of a loss, and nothing that was not typed', () => {
  const session = at('policy', 'brand-new');
  session.answer();
  session.keys('Esc', 'q');
  assert.deepEqual(session.effects.splice(0), [{ kind: 'quit' }], 'a template is nobody’s work');
  session.happen({ kind: 'kept', path, isKept: true });
  session.happen({ kind: 'go', place: { view: 'policy', argument: 'default' } });
  session.answer();
  session.type('#');
  session.keys('Esc', 'Esc', 'q');
  assert.deepEqual(session.effects, []);
  assert.match(toasts(session), /not saved: secret\/app\/db and 1 more; :quit/);
});
