import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ControlEvent } from '../../../../console/client/control-events.ts';
import { selectAudit } from '../../../../console/tui/screens/audit/audit-view.ts';
import { selectNode } from '../../../../console/tui/screens/node/node-view.ts';
import { selectPolicy } from '../../../../console/tui/screens/policy/policy-view.ts';
import { screens } from '../../../../console/tui/screens/screens.ts';
import { detailLines } from '../../../../console/tui/screens/secrets/secret-lines.ts';
import { selectSecrets } from '../../../../console/tui/screens/secrets/secrets-view.ts';
import {
  ceremonyOf,
  clusterOf,
  diskAlarms,
  metricsOf,
  nodeOf,
  PlayedSession,
  refused,
  threeNodes,
  unsealedCeremony,
  wellStocked,
} from '../played-session.ts';

/** What can happen to a console, in any order. After each the invariants are checked. */
const problem = { code: 'client.timeout', status: 503, message: 'late' };
const sealedCluster = clusterOf([nodeOf('node-1', { sealed: true })]);
const newCluster = clusterOf([], { initialised: false, clusterName: '' });

const channelEvents: readonly ControlEvent[] = [
  { kind: 'link', link: { kind: 'live' } },
  { kind: 'link', link: { kind: 'connecting', attempt: 3 } },
  { kind: 'link', link: { kind: 'waiting', attempt: 3, retryInMs: 900, problem } },
  { kind: 'heard', silentMs: 4_000 },
  { kind: 'identity', state: { kind: 'anonymous' } },
  { kind: 'identity', state: { kind: 'waiting' } },
  { kind: 'identity', state: { kind: 'refused', problem } },
  { kind: 'snapshot', topic: 'cluster', snapshot: clusterOf(threeNodes) },
  { kind: 'snapshot', topic: 'cluster', snapshot: sealedCluster },
  { kind: 'snapshot', topic: 'cluster', snapshot: newCluster },
  { kind: 'snapshot', topic: 'ceremony', snapshot: unsealedCeremony },
  { kind: 'snapshot', topic: 'ceremony', snapshot: ceremonyOf({ state: 'collecting' }) },
  { kind: 'snapshot', topic: 'ceremony', snapshot: ceremonyOf({ ceremony: 'init', count: 0 }) },
  { kind: 'snapshot', topic: 'alarms', snapshot: diskAlarms },
  { kind: 'snapshot', topic: 'metrics', snapshot: metricsOf(1)[0] as never },
  { kind: 'topic-refused', topic: 'metrics', problem },
  { kind: 'topic-refused', topic: 'audit', problem },
  { kind: 'audit', lines: ['{', '{"index":1,"type":"event"}', ''], dropped: 1 },
];

const keys = [
  ...'jkgGhlxeEdubDUnpsatimyqfv:/?-+',
  'Enter',
  'Esc',
  'Tab',
  'S-Tab',
  'Up',
  'Down',
  'Left',
  'Right',
  'Space',
  'Backspace',
  'C-s',
  'C-t',
  'C-e',
  'C-f',
  'C-r',
  'C-g',
  'C-k',
  'C-x',
  'C-y',
  'C-c',
  'C-l',
  'C-d',
  'C-u',
  'C-n',
  'C-o',
  'F1',
];

type Act = (session: PlayedSession) => void;

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...keys).map(
      (key): Act =>
        (session) =>
          session.keys(key),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...channelEvents).map(
      (event): Act =>
        (session) =>
          session.channel(event),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...screens.map(({ view }) => view), 'nowhere'),
        fc.constantFrom(undefined, 'payments-app', 'secret/app/db', 'node-1', '__proto__'),
      )
      .map(
        ([view, argument]): Act =>
          (session) =>
            session.happen({ kind: 'go', place: { view, argument } }),
      ),
  },
  { weight: 2, arbitrary: fc.constant<Act>((session) => session.logIn()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Act>(
      (session) => forgets(session, () => session.logIn('bob', 'acc-2')),
      (session) => forgets(session, () => session.happen({ kind: 'logged-out' })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('policies.cas-mismatch', 'kv.cas-mismatch').map(
      (code): Act =>
        (session) => {
          const at = session.effects.findIndex(({ kind }) => kind === 'request');
          if (at >= 0) session.answerTo(session.effects.splice(at, 1)[0], refused(code));
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant<Act>((session) => {
      session.effects.splice(
        0,
        session.effects.length,
        ...session.effects.filter(({ kind }) => kind === 'request'),
      );
      session.answer();
    }),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 30_000 }).map(
      (ms): Act =>
        (session) => {
          session.pass(ms);
          session.tick();
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (focused): Act =>
        (session) =>
          session.happen({ kind: 'focus', focused }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Act>((session) =>
      session.happen({ kind: 'write-window', seconds: 600 }),
    ),
  },
);

/** What came of the values before is gone with whoever saw them. */
function forgets(session: PlayedSession, change: () => void): void {
  const { reader } = session.model;
  change();
  if (reader === undefined || reader === session.model.reader) return;
  const all = JSON.stringify(session.app, (_, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  assert.doesNotMatch(all, /correct horse|battery staple/);
}

/** Everything that screens draw from. */
function look({ model }: PlayedSession): void {
  for (const screen of screens) {
    screen.plain(model);
    screen.trail?.(model);
    screen.wants?.(model);
  }
  detailLines(selectSecrets(model), 40);
  selectPolicy(model);
  selectAudit(model);
  selectNode(model);
}

test('any sequence of events and keys keeps the invariants, and every view can be drawn', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const session = new PlayedSession(wellStocked);
      for (const each of acts) {
        each(session);
        look(session);
      }
    }),
    { numRuns: 500 },
  );
});
