/**
 * What every screen looks like, as text, in two sizes. `STRONGBOX_REWRITE=1` writes the files of
 * test/console/tui/screens/snapshots anew: a change of looks is seen in review.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { ScreenView } from '../../../../console/tui/app/screen-view.tsx';
import { ThemeProvider } from '../../../../console/tui/components/theme-context.tsx';
import { themeOf } from '../../../../console/tui/terminal/theme.ts';
import { mount } from '../../../support/virtual-terminal.ts';
import {
  ceremonyOf,
  clusterOf,
  diskAlarms,
  metricsOf,
  nodeOf,
  paymentsPolicy,
  PlayedSession,
  startMs,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

const folder = resolve('test/console/tui/screens/snapshots');
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;

/** Each scene plays a session up to what is to be seen. */
const scenes: Readonly<Record<string, () => PlayedSession>> = {
  'connect-refused': () => {
    const session = new PlayedSession();
    const problem = {
      code: 'client.unreachable',
      status: 502,
      message:
        'nothing answers at https://node-1:8200 (connection refused). Start an agent ' +
        '(`npm start`, or its service), or name another address with --address',
    };
    const link = { kind: 'waiting', attempt: 3, retryInMs: 1_200, problem } as const;
    session.channel({ kind: 'link', link });
    return session;
  },
  init: () => {
    const session = new PlayedSession();
    session.join(
      clusterOf([nodeOf('node-1', { sealed: true })], { initialised: false, clusterName: '' }),
      ceremonyOf({ ceremony: 'init' }),
    );
    session.keys('Right', 'Right', 'Down', 'Right');
    return session;
  },
  'cluster-sealed': () => {
    const session = sealed();
    session.logIn();
    for (const snapshot of metricsOf(40)) {
      session.channel({ kind: 'snapshot', topic: 'metrics', snapshot });
    }
    session.channel({ kind: 'snapshot', topic: 'alarms', snapshot: diskAlarms });
    return session;
  },
  'cluster-healthy': () => unsealed(),
  'cluster-stale': () => {
    const session = unsealed();
    session.pass(12_000);
    session.tick();
    return session;
  },
  'ceremony-collecting': () => {
    const session = sealed();
    session.keys('u');
    return session;
  },
  'ceremony-abort': () => {
    const session = sealed();
    session.keys('u', 'C-x');
    return session;
  },
  node: () => {
    const session = unsealed();
    session.keys('j', 'j', 'Enter');
    return session;
  },
  policies: () => {
    const session = unsealed('policies');
    session.keys('j');
    session.answer();
    return session;
  },
  'policy-error': () => {
    const session = unsealed('policy', 'payments-app');
    session.keys(
      'Down',
      'End',
      ...Array.from({ length: 9 }, () => 'Left'),
      'Backspace',
      'Backspace',
      'd',
    );
    return session;
  },
  'policy-try': () => {
    const session = unsealed('policy', 'payments-app');
    session.keys('C-t');
    session.type('secret/data/payments/a/live');
    return session;
  },
  'policy-review': () => {
    const session = unsealed('policy', 'payments-app');
    session.keys('Down', 'End', 'Left');
    session.type(', "patch"');
    session.keys('C-s');
    return session;
  },
  'policy-conflict': () => {
    const session = unsealed('policy', 'payments-app');
    session.keys('Down', 'End', 'Left');
    session.type(', "patch"');
    const request = { operation: 'read', path: 'sys/policies/acl/payments-app' } as const;
    const theirs = paymentsPolicy.replace('"deny"', '"read"');
    const data = { policy: theirs, version: 8 };
    const outcome = { ok: true, status: 200, data, warnings: [] } as const;
    session.happen({ kind: 'asked', request });
    session.happen({ kind: 'answered', request, outcome });
    session.keys('C-g');
    return session;
  },
  'secrets-masked': () => secrets(),
  'secrets-revealed': () => {
    const session = secrets();
    session.keys('x');
    session.answer();
    return session;
  },
  'secrets-compared': () => {
    const session = secrets();
    session.keys('Tab', 'j');
    session.answer();
    session.keys('d');
    session.answer();
    return session;
  },
  'secrets-form': () => {
    const session = secrets();
    session.keys('C-o');
    session.pass(6_000);
    session.tick();
    session.channel({ kind: 'heard', silentMs: 0 });
    session.keys('e', 'C-x', 'Tab');
    session.type('new');
    return session;
  },
  'secrets-conflict': () => {
    const session = secrets();
    session.keys('C-o', 'e', 'C-x', 'Tab');
    session.type('new');
    const request = { operation: 'read', path: 'secret/metadata/app/db' } as const;
    const there = { created_time: '', deletion_time: '', destroyed: false };
    const data = { current_version: 4, versions: { 4: there } };
    session.happen({ kind: 'asked', request });
    const outcome = { ok: true, status: 200, data, warnings: [] } as const;
    session.happen({ kind: 'answered', request, outcome });
    session.keys('C-g');
    session.answer();
    session.pass(6_000);
    session.tick();
    session.channel({ kind: 'heard', silentMs: 0 });
    return session;
  },
  audit: () => {
    const session = unsealed('audit');
    session.channel({ kind: 'audit', lines: auditLines, dropped: 2 });
    session.keys('k', 'Enter');
    return session;
  },
  'audit-gap': () => {
    const session = unsealed('audit');
    session.channel({ kind: 'audit', lines: auditLines.slice(0, 2), dropped: 0 });
    session.keys('Esc', 't');
    session.channel({ kind: 'audit', lines: auditLines.slice(3), dropped: 0 });
    return session;
  },
  'verify-broken': () => {
    const session = unsealed('verify');
    session.happen({ kind: 'verify', state: brokenLog });
    return session;
  },
  'verify-running': () => {
    const session = unsealed('verify');
    session.pass(5_000);
    const progress = { done: 610_000, total: 1_204_551, records: 610_000 };
    const source = { kind: 'node', node: 'node-1' } as const;
    session.channel({ kind: 'heard', silentMs: 0 });
    session.happen({
      kind: 'verify',
      state: { kind: 'running', source, startedAtMs: startMs, progress },
    });
    return session;
  },
  tokens: () => {
    const session = unsealed('tokens');
    session.keys('j');
    session.answer();
    return session;
  },
  alarms: () => unsealed('alarms'),
  requests: () => {
    const session = unsealed('requests');
    session.happen({ kind: 'sent', id: 1, operation: 'read', path: 'secret/data/app/db' });
    session.pass(12);
    session.happen({ kind: 'returned', id: 1, status: 403, code: 'request.denied' });
    return session;
  },
  help: () => {
    const session = unsealed('secrets');
    session.keys('?');
    return session;
  },
  palette: () => {
    const session = unsealed();
    session.keys(':');
    session.type('po');
    return session;
  },
  problem: () => {
    const session = unsealed('policies');
    const problem = {
      code: 'request.denied',
      status: 403,
      message: 'write sys/policies/acl/x: permission denied',
    };
    session.happen({ kind: 'problem', what: 'save policy x' as never, problem });
    return session;
  },
};

function sealed(): PlayedSession {
  const session = new PlayedSession(wellStocked);
  session.join(
    clusterOf([
      nodeOf('node-1', { role: 'leader', ageMs: 0 }),
      nodeOf('node-2', { sealed: true }),
      nodeOf('node-3', { sealed: true, lag: 14, revision: 18_190 }),
    ]),
    ceremonyOf({
      state: 'collecting',
      entered: [{ index: 2, by: 'alice', atMs: startMs - 40_000 }],
      deadlineAtMs: startMs + 462_000,
      attempt: 2,
      participants: [
        { id: 'p1', name: 'alice', proved: true, view: 'ceremony', sinceMs: startMs },
        { id: 'p2', name: 'dora', proved: false, view: 'ceremony', sinceMs: startMs },
      ],
      events: [
        { atMs: startMs - 90_000, what: 'reset', by: 'bob', detail: 'wrong paper on the table' },
        { atMs: startMs - 60_000, what: 'refused', by: 'carol', detail: 'share.mismatch' },
        { atMs: startMs - 40_000, what: 'entered', by: 'alice', detail: '2' },
      ],
    }),
  );
  return session;
}

function unsealed(view = 'cluster', argument?: string): PlayedSession {
  const session = new PlayedSession(wellStocked, view, argument);
  session.join(clusterOf(threeNodes), unsealedCeremony);
  session.logIn();
  for (const snapshot of metricsOf(60)) {
    session.channel({ kind: 'snapshot', topic: 'metrics', snapshot });
  }
  session.channel({ kind: 'snapshot', topic: 'alarms', snapshot: diskAlarms });
  session.answer();
  return session;
}

function secrets(): PlayedSession {
  const session = unsealed('secrets', 'secret/app/db');
  session.answer();
  return session;
}

const auditLines = [
  { index: 88_120, time: '2026-11-25T12:03:05.1Z', type: 'event', event: 'unsealed' },
  {
    index: 88_121,
    time: '2026-11-25T12:03:07.1Z',
    type: 'single',
    request: { operation: 'read', path: 'secret/data/app/db', remote_address: '10.0.0.7' },
    auth: { display_name: 'token-ci' },
    response: { status: 200 },
  },
  {
    index: 88_122,
    time: '2026-11-25T12:03:08.4Z',
    type: 'refusal',
    request: { operation: 'write', path: 'sys/seal', remote_address: '10.0.0.9' },
    auth: { display_name: 'token-ci' },
    error: { code: 'request.permission-denied' },
  },
  { index: 88_123, time: '2026-11-25T12:03:09.0Z', type: 'duty', duty: 'token_expiry' },
].map((record) => JSON.stringify(record));

const brokenLog = {
  kind: 'done',
  source: { kind: 'node', node: 'node-3' },
  tookMs: 5_400,
  report: {
    ok: false,
    sentence:
      'node-3: BROKEN at record 88,123 (byte 61,204,771): hash of previous record differs: that ' +
      'record or this line was changed',
    notes: ['the codes of the single records were not checked: that needs --audit-key'],
    records: 88_122,
    bytes: 61_204_771,
    files: [],
    firstBad: undefined,
    gaps: [],
    unsignedTail: 0,
    head: undefined,
  },
} as const;

for (const [name, play] of Object.entries(scenes)) {
  for (const size of sizes) {
    const { columns, rows } = size;
    test(`${name} at ${columns}×${rows} looks as it did`, async () => {
      const seen = `${(await drawn(play(), size)).join('\n')}\n`;
      const file = join(folder, `${name}-${columns}x${rows}.txt`);
      if (process.env['STRONGBOX_REWRITE'] === '1') writeFileSync(file, seen);
      assert.equal(seen, readFileSync(file, 'utf8'));
    });
  }

  test(`${name} keeps its header and its keys on the smallest and the largest screen`, async () => {
    for (const size of [
      { columns: 60, rows: 16 },
      { columns: 200, rows: 60 },
    ]) {
      const lines = await drawn(play(), size);
      assert.match(lines[0] ?? '', / › \w/);
      assert.match(lines.at(-1) ?? '', /<\S+> \w/);
    }
  });
}

test('what is cut on a small screen still says what matters', async () => {
  const screen = (await drawn(secrets(), { columns: 60, rows: 16 })).join('\n');
  assert.match(screen, /v3 {2}● current {4}2026-11-25 /);
  assert.match(screen.replaceAll(/[│█\s]+/g, ' '), /values of v3 · masked, <x> reveals/);
  assert.match(screen, /┌ more: Tab, C-d · secret\/app/, 'how to reach what is below the edge');
});

async function drawn(
  { app }: PlayedSession,
  size: { readonly columns: number; readonly rows: number },
): Promise<readonly string[]> {
  const sized = { ...app, model: { ...app.model, size } };
  await using terminal = await mount(
    <ThemeProvider theme={themeOf('mono', false)}>
      <ScreenView app={sized} />
    </ThemeProvider>,
    size,
  );
  return terminal.screen().slice(0, size.rows);
}
