import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../../../../console/tui/model/effect.ts';
import { secretsState } from '../../../../console/tui/screens/secrets/secret-selection.ts';
import {
  type SecretsView,
  selectSecrets,
} from '../../../../console/tui/screens/secrets/secrets-view.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import {
  clusterOf,
  good,
  PlayedSession,
  refused,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

/** On `secret/app/db`, version 3, with the names user, password and tls (a structure). */
function onSecret(): PlayedSession {
  const session = new PlayedSession(wellStocked, 'secrets', 'secret/app/db');
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  session.answer();
  session.answer();
  return session;
}

function inForm(): PlayedSession {
  const session = onSecret();
  session.happen({ kind: 'write-window', seconds: 600 });
  session.keys('e');
  return session;
}

function toasts(session: PlayedSession): string {
  return session.model.notices.toasts.map(({ text }) => text).join('; ');
}

function requestOf(effect: Effect | undefined) {
  assert.ok(effect?.kind === 'request');
  return effect.request;
}

function conflictOf(session: PlayedSession): NonNullable<SecretsView['conflict']> {
  const { conflict } = selectSecrets(session.model);
  assert.ok(conflict !== undefined);
  return conflict;
}

/** Everything that the model holds, maps included. */
function allOf({ app }: PlayedSession): string {
  return JSON.stringify(app, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

test('a secret is changed without being read, and only if nobody else changed it', () => {
  const session = inForm();
  session.keys('Tab');
  session.type('new one');
  session.keys('C-s');
  const reads = session.asked.filter(({ path }) => path.startsWith('secret/data/'));
  assert.deepEqual(reads, []);
  assert.deepEqual(requestOf(session.effects[0]), {
    operation: 'patch',
    path: 'secret/data/app/db',
    body: { data: { password: 'new one' }, options: { cas: 3 } },
  });
});

test('no form is opened that could not be saved: read only says so at once', () => {
  for (const keys of [
    ['e'],
    ['n'],
    [':', ...'secret', 'Space', ...'new', 'Space', ...'a/b', 'Enter'],
  ]) {
    const session = onSecret();
    session.keys(...keys);
    assert.equal(secretsState.of(session.model).form, undefined);
    assert.match(allOf(session), /read only: C-o lets you make changes/);
  }
});

test('a window that shuts over an open form is opened again without leaving it', () => {
  const session = inForm();
  session.type('typed');
  session.pass(601_000);
  session.tick();
  session.keys('C-s');
  assert.match(toasts(session), /read only: C-o/);
  assert.deepEqual(session.effects, []);
  session.keys('C-o', 'C-s');
  assert.deepEqual(requestOf(session.effects[0]).body?.['data'], { user: 'typed' });
});

test('Esc throws away what is typed only when it is pressed twice', () => {
  const session = inForm();
  session.type('zebra');
  session.keys('Esc');
  assert.notEqual(secretsState.of(session.model).form, undefined);
  assert.match(toasts(session), /Esc once more throws away/);
  session.keys('!', 'Esc');
  assert.notEqual(secretsState.of(session.model).form, undefined, 'a key between begins anew');
  session.keys('Esc');
  assert.equal(secretsState.of(session.model).form, undefined);
  assert.doesNotMatch(allOf(session), /zebra/);
});

test('an empty form is left with one Esc', () => {
  const session = inForm();
  session.keys('Esc');
  assert.equal(secretsState.of(session.model).form, undefined);
});

test('names are added and removed in the form', () => {
  const session = inForm();
  session.keys('C-x', 'Tab', 'Tab');
  session.type('port');
  session.keys('Tab');
  session.type('5432');
  session.keys('C-n');
  session.type('host');
  session.keys('Tab');
  session.type('db1');
  session.keys('C-s');
  assert.deepEqual(requestOf(session.effects[0]).body?.['data'], {
    user: null,
    port: '5432',
    host: 'db1',
  });
});

test('a removal is taken back by pressing it again, or by typing a value', () => {
  const session = inForm();
  session.keys('C-x', 'C-x', 'Tab', 'C-x');
  session.type('kept');
  session.keys('C-s');
  assert.deepEqual(requestOf(session.effects[0]).body?.['data'], { password: 'kept' });
});

test('half a pair, and a name that stands twice, are not saved', () => {
  for (const [keys, words] of [
    [['a', 'Tab'], /a new name has no value/],
    [['Tab', 'v'], /a value has no name/],
    [['u', 's', 'e', 'r', 'Tab', 'v', 'Tab', 'x'], /one name stands twice/],
  ] as const) {
    const session = inForm();
    session.keys('Tab', 'Tab', ...keys, 'C-s');
    assert.deepEqual(session.effects, []);
    assert.match(toasts(session), words);
  }
});

/** Somebody else has written version 4 and renamed the password; here it was changed. */
function inConflict(): PlayedSession {
  const session = inForm();
  session.keys('Tab');
  session.type('mine is this');
  session.keys('C-s');
  const [saving] = session.effects.splice(0);
  session.answerTo(saving, refused('kv.cas-mismatch'));
  answer(session, 'secret/metadata/app/db', {
    current_version: 4,
    versions: { 4: { created_time: '', deletion_time: '', destroyed: false } },
  });
  answer(session, 'secret/subkeys/app/db', { subkeys: { user: null, passphrase: null } }, '4');
  return session;
}

function answer(session: PlayedSession, path: string, data: JsonObject, version?: string): void {
  const query = version === undefined ? {} : { query: { version } };
  session.read({ operation: 'read', path, ...query }, data);
}

test('a save that comes too late shows both changes by name, and neither value', () => {
  const conflict = conflictOf(inConflict());
  assert.deepEqual([conflict.base, conflict.newest], [3, 4]);
  const rows = conflict.rows.map(({ name, theirs, mine }) => `${name}: ${theirs} | ${mine}`);
  assert.deepEqual(rows, [
    'user: •••••••• | as it is',
    'password: is not there | ••••••••',
    'passphrase: •••••••• new | as it is',
  ]);
});

test('x shows both values of a conflict for fifteen seconds', () => {
  const session = inConflict();
  session.keys('x');
  const [revealing] = session.effects.splice(0);
  const read = requestOf(revealing);
  assert.deepEqual([read.path, read.query], ['secret/data/app/db', { version: '4' }]);
  const data = { data: { user: 'app', passphrase: 'theirs is that' } };
  session.answerTo(revealing, { ...good, data });
  const shown = JSON.stringify(conflictOf(session).rows);
  assert.match(shown, /theirs is that/);
  assert.match(shown, /mine is this/);
  session.pass(15_000);
  session.tick();
  assert.doesNotMatch(JSON.stringify(conflictOf(session).rows), /theirs is that|mine is this/);
  assert.doesNotMatch(allOf(session), /theirs is that/);
});

test('mine is kept as a change of the newest version, theirs by throwing mine away', () => {
  const mine = inConflict();
  mine.keys('m', 'C-s');
  assert.deepEqual(requestOf(mine.effects[0]).body, {
    data: { password: 'mine is this' },
    options: { cas: 4 },
  });
  const theirs = inConflict();
  theirs.keys('t');
  assert.equal(secretsState.of(theirs.model).form, undefined);
  assert.doesNotMatch(allOf(theirs), /mine is this/);
});

test('Esc goes from a conflict back to what is typed, and nothing else acts there', () => {
  const session = inConflict();
  session.keys('D', 'e', 'n', 'd');
  assert.deepEqual(session.effects, []);
  session.keys('Esc');
  assert.equal(secretsState.of(session.model).pane, 'form');
});

test('a version that is written while the form is open is told, and compared with C-g', () => {
  const session = inForm();
  session.keys('Tab');
  session.type('new');
  answer(session, 'secret/metadata/app/db', { current_version: 4, versions: {} });
  assert.equal(selectSecrets(session.model).newerVersion, 4);
  session.keys('C-g', 'm', 'C-s');
  assert.deepEqual(requestOf(session.effects[0]).body, {
    data: { password: 'new' },
    options: { cas: 4 },
  });
});

test('values below the edge of the pane are reached with the page keys', () => {
  const session = onSecret();
  const values = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`name-${index}`, `value-${index}`]),
  );
  session.keys('Tab', 'x');
  const [effect] = session.effects.splice(0);
  session.answerTo(effect, { ...good, data: { data: values } });
  session.keys('C-d');
  const first = selectSecrets(session.model).scrolledRows;
  assert.ok(first > 0);
  session.keys('C-d', 'C-d', 'C-d', 'C-d', 'C-d', 'C-d');
  const last = selectSecrets(session.model).scrolledRows;
  assert.equal(last, 47 - 18, 'the last line stands at the bottom edge');
  session.keys('C-u');
  assert.ok(selectSecrets(session.model).scrolledRows < last, 'one key moves it back at once');
});

test('values that come late are not shown as those of what is asked for now', () => {
  const session = onSecret();
  session.keys('x');
  const [first] = session.effects.splice(0);
  // Looked away, and a look at an older version of it instead.
  session.keys('Tab', 'j', 'x');
  const [second] = session.effects.splice(0);
  session.answerTo(first, { ...good, data: { data: { password: 'of the first' } } });
  assert.doesNotMatch(allOf(session), /of the first/);
  session.answerTo(second, { ...good, data: { data: { password: 'of the second' } } });
  assert.match(allOf(session), /of the second/);
});

test('Esc takes away a problem that lies over the form, and nothing of what is typed', () => {
  const session = inForm();
  session.type('zebra');
  const problem = { code: 'client.timeout', status: 504, message: 'm' };
  session.happen({ kind: 'problem', what: literal('log in'), problem });
  session.keys('Esc');
  assert.deepEqual(session.model.notices.problems, []);
  assert.equal(secretsState.of(session.model).form?.isLeaving, false);
});

test('a token that runs out over an open form is replaced without leaving it', () => {
  const session = inForm();
  session.type('zebra');
  session.channel({ kind: 'identity', state: { kind: 'anonymous' } });
  session.keys('C-s');
  assert.deepEqual(session.effects, []);
  assert.match(toasts(session), /nobody is logged in: F2 and login; what is typed stays/);
  session.keys('F2');
  session.type('login');
  session.keys('Enter');
  assert.deepEqual(session.effects.splice(0), [{ kind: 'log-in' }]);
  session.logIn();
  session.answer();
  session.keys('C-s');
  assert.deepEqual(requestOf(session.effects[0]).body?.['data'], { user: 'zebra' });
});
