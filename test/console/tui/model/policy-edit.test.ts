import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editorOf, editorText } from '../../../../console/tui/components/editor-state.ts';
import {
  broughtBack,
  isEdited,
  keptMine,
  lent,
  noEdit,
  notSaved,
  opened,
  type PolicyEdit,
  read,
  readNothing,
  reverted,
  saved,
  sending,
} from '../../../../console/tui/model/policy-editor.ts';
import { livePolicy, tryPath } from '../../../../console/tui/model/policy-live.ts';
import { paymentsPolicy } from '../played-session.ts';

const version7 = { text: 'seven', version: 7 };

function changed(text: string): PolicyEdit {
  return { ...read(opened(noEdit, 'app'), version7), editor: editorOf(text) };
}

test('a denial without a rule says so once, and hints at the segment of KV version 2', () => {
  const without = livePolicy('p', 'path "secret/app/*" { capabilities = ["read"] }').acl;
  assert.deepEqual(tryPath(without, 'secret/data/app/db', 'read')?.sentences, [
    'read → DENIED: no rule matches',
    'a rule allows secret/app/db: where secret/ is KV version 2, rules name secret/data/app/db',
  ]);
  const withData = livePolicy('p', 'path "secret/data/app/*" { capabilities = ["read"] }').acl;
  assert.deepEqual(tryPath(withData, 'secret/app/db', 'read')?.sentences, [
    'read → DENIED: no rule matches',
    'secret/data/app/db is allowed: where secret/ is KV version 2, that is the path',
  ]);
  assert.equal(tryPath(withData, 'other/x', 'read')?.sentences.length, 1);
});

test('an untouched text follows what the agent has', () => {
  const edit = read(opened(noEdit, 'app'), version7);
  assert.equal(isEdited(edit), false);
  const later = read(edit, { text: 'eight', version: 8 });
  assert.equal(editorText(later.editor), 'eight');
  assert.equal(later.base?.version, 8);
});

test('a changed text is never replaced: what others wrote is news beside it', () => {
  const edit = read(changed('mine'), { text: 'theirs', version: 8 });
  assert.equal(editorText(edit.editor), 'mine');
  assert.equal(edit.base?.version, 7);
  assert.deepEqual(edit.newer, { text: 'theirs', version: 8 });
  const mine = keptMine(edit);
  assert.equal(mine.base?.version, 8, 'the save names the version it replaces');
  assert.equal(editorText(mine.editor), 'mine');
  assert.equal(mine.pane, 'review', 'the difference is shown again');
  const theirs = reverted(edit);
  assert.equal(editorText(theirs.editor), 'theirs');
  assert.equal(isEdited(theirs), false);
});

test('two who wrote the same have no conflict', () => {
  const edit = read(changed('same'), { text: 'same', version: 8 });
  assert.equal(edit.newer, undefined);
  assert.equal(isEdited(edit), false);
});

test('what was typed while a save was under way stays a change', () => {
  const sent = sending(changed('first'));
  const edit = saved({ ...sent, editor: editorOf('first and more') });
  assert.deepEqual(edit.base, { text: 'first', version: 8 });
  assert.equal(isEdited(edit), true);
  assert.equal(isEdited(saved(sent)), false);
});

test('what was sent from here is no news when it is read before the answer, or without one', () => {
  const more = { ...sending(changed('first')), editor: editorOf('first and more') };
  for (const edit of [more, notSaved(more, 'text')]) {
    const told = read(edit, { text: 'first', version: 8 });
    assert.equal(told.newer, undefined);
    assert.equal(told.base?.version, 8);
    assert.equal(editorText(told.editor), 'first and more');
  }
  const early = saved(read(more, { text: 'first', version: 8 }));
  assert.deepEqual(early.base, { text: 'first', version: 8 }, 'counted once');
});

test('what others wrote after a save is newer than it, also if it was read before the answer', () => {
  const sent = read(sending(changed('first')), { text: 'theirs', version: 9 });
  const edit = saved(sent);
  assert.equal(edit.base?.version, 8);
  assert.deepEqual(edit.newer, { text: 'theirs', version: 9 });
});

test('a text from $EDITOR is a change of what it was given, whatever was read meanwhile', () => {
  const given = lent(read(opened(noEdit, 'app'), version7));
  const moved = read(given, { text: 'eight', version: 8 });
  const back = broughtBack(moved, 'seven, edited');
  assert.deepEqual(back.base, version7);
  assert.deepEqual(back.newer, { text: 'eight', version: 8 });
  assert.equal(editorText(back.editor), 'seven, edited');
});

test('a policy that is not there yet begins as version 0, with a rule to change', () => {
  const edit = readNothing(opened(noEdit, 'new'));
  assert.equal(edit.base?.version, 0);
  assert.equal(isEdited(edit), true);
  assert.equal(livePolicy('new', editorText(edit.editor)).isValid, true);
  assert.equal(readNothing(edit), edit, 'being told again changes nothing');
});

test('leaving and coming back keeps the changes; another policy begins anew', () => {
  const edit = changed('mine');
  assert.equal(editorText(opened(edit, 'app').editor), 'mine');
  assert.equal(opened(edit, 'other').base, undefined);
});

test('an error has its line, its column and what was probably meant', () => {
  const live = livePolicy('x', 'path "a" {\n  capabilities = ["red"]\n}\n');
  assert.equal(live.isValid, false);
  assert.equal(live.verdict, '✗ 1 error');
  const [diagnostic] = live.diagnostics;
  assert.equal(diagnostic?.line, 2);
  assert.equal(
    diagnostic?.message,
    'line 2, column 19: unknown capability "red"; did you mean "read"?',
  );
});

test('rules stand in the order in which they decide, and a path can be tried', () => {
  const live = livePolicy('payments-app', paymentsPolicy);
  assert.deepEqual(
    live.rules.map(({ path, grants }) => `${path} ${grants}`),
    ['secret/data/payments/+/live DENY', 'secret/data/payments/* read list'],
  );
  const denied = tryPath(live.acl, 'secret/data/payments/a/live', 'read');
  assert.equal(denied?.isAllowed, false);
  assert.equal(denied?.sentences[0], 'read → DENIED by line 5');
  const allowed = tryPath(live.acl, '/secret/data/payments/a/test', 'read');
  assert.equal(allowed?.sentences[0], 'read → ALLOWED by line 1');
  assert.equal(
    tryPath(live.acl, 'sys/seal', 'update')?.sentences[0],
    'update → DENIED: no rule matches',
  );
  const slashed = tryPath(live.acl, 'secret/data/payments/a/live/', 'read');
  assert.deepEqual(slashed, denied, 'the agent takes the slash away, too');
  assert.equal(tryPath(live.acl, 'a//b', 'read')?.isAllowed, false);
  assert.equal(tryPath(live.acl, '', 'read'), undefined);
});
