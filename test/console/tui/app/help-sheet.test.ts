import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlayedSession, clusterOf, threeNodes, unsealedCeremony } from '../played-session.ts';

function opened(): PlayedSession {
  const session = new PlayedSession();
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.keys('?');
  return session;
}

test('help opens at its top each time', () => {
  const session = opened();
  session.keys('G');
  assert.notEqual(session.app.sheetRows, 0);
  session.keys('Esc', '?');
  assert.equal(session.app.sheetRows, 0);
});

test('from the end of help one key goes one row up', () => {
  const session = opened();
  session.keys('G');
  const end = session.app.sheetRows;
  session.keys('C-d', 'j');
  assert.equal(session.app.sheetRows, end);
  session.keys('k');
  assert.equal(session.app.sheetRows, end - 1);
});
