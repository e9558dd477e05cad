import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectSecrets } from '../../../../console/tui/screens/secrets/secrets-view.ts';
import {
  type Answers,
  clusterOf,
  metricsOf,
  PlayedSession,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

const many = Array.from({ length: 10_000 }, (_, index) => `s${String(index).padStart(5, '0')}`);
const crowded: Answers = {
  ...wellStocked,
  'list secret/metadata/': { status: 200, body: { data: { keys: many } } },
};
const unlisted: Answers = {
  ...wellStocked,
  'list secret/metadata/': { status: 403 },
  'list secret/metadata/app/': { status: 403 },
  'read secret/metadata/app/db': { status: 403 },
  'read secret/data/app/db': {
    status: 200,
    body: { data: { data: { password: 'correct horse' }, metadata: { version: 3 } } },
  },
};

function opened(answers: Answers, argument?: string): PlayedSession {
  const session = new PlayedSession(answers, 'secrets', argument);
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  session.answer();
  return session;
}

function command(session: PlayedSession, text: string): void {
  session.keys(':');
  session.type(text);
  session.keys('Enter');
  session.answer();
}

test('whoever passes more secrets than answers are kept keeps the tree', () => {
  const metadata = wellStocked['read secret/metadata/app/db'] ?? {};
  const readable = many.slice(0, 300).map((name) => [`read secret/metadata/${name}`, metadata]);
  const session = opened({ ...crowded, ...Object.fromEntries(readable) });
  session.keys('Down');
  for (let count = 0; count < 200; count += 1) {
    session.keys('Down');
    session.answer();
    assert.ok(selectSecrets(session.model).tree.length > 1_000, `after ${count} secrets`);
  }
  const lists = session.asked.filter(({ path }) => path === 'sys/internal/ui/mounts');
  assert.equal(lists.length, 1, 'the engines are read once');
});

test('a folder with too many secrets says how many are not drawn', () => {
  const { tree, furtherCount } = selectSecrets(opened(crowded).model);
  // The engine itself is a row, too.
  assert.equal(tree.length + furtherCount, many.length + 1);
  assert.ok(furtherCount > 0);
});

test('the filter finds a secret behind the last row that is drawn', () => {
  const session = opened(crowded);
  session.keys('/');
  session.type('s0999');
  session.keys('Enter');
  const { tree, hiddenCount, furtherCount } = selectSecrets(session.model);
  assert.equal(tree.length, 11);
  assert.equal(tree.at(-1)?.path, 'secret/s09999');
  assert.equal(hiddenCount, many.length - 10);
  assert.equal(furtherCount, 0);
});

test('a secret that is opened by name is selected, whatever was selected before', () => {
  const session = opened(wellStocked, 'secret/top');
  session.keys('Up', 'Up');
  command(session, 'secrets secret/app/db');
  assert.equal(selectSecrets(session.model).selectedId, 'secret/app/db');
  session.keys('Up');
  command(session, 'cluster');
  command(session, 'secrets secret/app/db');
  assert.equal(selectSecrets(session.model).selectedId, 'secret/app/db');
});

test('a token that may not list reads a secret that it can name', () => {
  const session = opened(unlisted);
  command(session, 'secrets secret/app/db');
  const { tree, selectedId, secret } = selectSecrets(session.model);
  assert.deepEqual(
    tree.map(({ path }) => path),
    ['secret/', 'secret/app/', 'secret/app/db'],
  );
  assert.equal(selectedId, 'secret/app/db');
  assert.match(String(secret?.note), /denied/);
  session.keys('x');
  session.answer();
  assert.deepEqual(selectSecrets(session.model).secret?.values, [
    { name: 'password', value: 'correct horse', isMasked: false },
  ]);
});

test('the tree is laid out anew for what it shows, and for nothing else that comes', () => {
  const session = opened(wellStocked, 'secret/app/db');
  const rows = (): readonly object[] => selectSecrets(session.model).tree;
  const before = rows();
  session.pass(1_000);
  session.tick();
  for (const snapshot of metricsOf(2)) {
    session.channel({ kind: 'snapshot', topic: 'metrics', snapshot });
  }
  session.read({ operation: 'read', path: 'sys/policies/acl/app' }, { policy: '' });
  assert.equal(rows(), before);
  session.read({ operation: 'list', path: 'secret/metadata/app/' }, { keys: ['db', 'new'] });
  assert.equal(rows().length, before.length, 'api/ is gone, new is there');
  assert.notEqual(rows(), before);
  session.keys('/');
  session.type('nothing-like-it');
  assert.ok(rows().length < before.length);
});
