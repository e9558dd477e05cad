import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricsHistory } from '../../../console/dashboard/history.ts';
import { layoutOf, type Rectangle } from '../../../console/dashboard/layout.ts';
import {
  chartNodesMax,
  chartSamplesMax,
  wallboardColumns,
  wallboardLines,
} from '../../../console/dashboard/limits.ts';
import { stripColours } from '../../../console/dashboard/paint.ts';
import { emptyUpdate } from '../../../console/dashboard/update.ts';
import { wallboardView } from '../../../console/dashboard/view.ts';
import { epochMs, node, sample, update } from './support/snapshots.ts';

function historyOf(...samples: readonly ReturnType<typeof sample>[]): MetricsHistory {
  const history = new MetricsHistory();
  for (const one of samples) history.add({ kind: 'metrics', samples: [one] });
  return history;
}

test('the sentence says the state and what it means, in a word and a shape', () => {
  const history = new MetricsHistory();
  const sentence = (own: Parameters<typeof update>[0]): string =>
    wallboardView(update(own), history, epochMs + 12_000).sentence.text;
  const { cluster } = update();
  assert.ok(cluster !== undefined);
  const nodes = [node('node-1'), node('node-2')];
  assert.equal(sentence({}), '■ SEALED  1 of 2 nodes need unsealing');
  assert.equal(sentence({ cluster: { ...cluster, nodes } }), '● UNSEALED  2 of 2 nodes serve');
  const fresh = update({ cluster: { ...cluster, clusterName: '', initialised: false } });
  const view = wallboardView(fresh, history, epochMs);
  assert.match(view.sentence.text, /^■ NEW /);
  assert.match(view.title.text, /^new cluster › wall/);
  assert.match(sentence({ stale: true }), /^✗ STALE .* 12 s/);
  assert.match(wallboardView(emptyUpdate, history, epochMs).sentence.text, /^Nothing was heard/);
});

test('a node has one line: seal, host, alarm; what is not known is a dash', () => {
  const { nodes } = wallboardView(update(), historyOf(sample('node-1', epochMs, 420)), epochMs);
  assert.deepEqual(nodes, [
    { text: 'node-1     ● unsealed  12%  88%  77%   420.0     4.2', tone: 'good' },
    { text: 'node-2     ■ SEALED      –    –    –       –       –', tone: 'bad' },
  ]);
});

test('alarms are listed with their time, or there are none', () => {
  const history = new MetricsHistory();
  const alarm = {
    id: 'disk-nearly-full:data',
    severity: 'critical' as const,
    node: 'node-3',
    sentence: 'disk at 97 %',
    runbook: '',
    raisedAtMs: epochMs,
  };
  const open = update({ alarms: { kind: 'alarms', open: [alarm], cleared: [] } });
  assert.deepEqual(wallboardView(open, history, epochMs).alarms, [
    { text: '✗ 12:03:11Z critical node-3: disk at 97 %', tone: 'bad' },
  ]);
  assert.deepEqual(wallboardView(update(), history, epochMs).alarms, [
    { text: '✓ none', tone: 'good' },
  ]);
});

test('names from outside cannot write on the screen', () => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007\nforged';
  const { cluster } = update();
  assert.ok(cluster !== undefined);
  const alarm = {
    id: 'a',
    severity: 'warning' as const,
    node: hostile,
    sentence: hostile,
    runbook: hostile,
    raisedAtMs: epochMs,
  };
  const view = wallboardView(
    update({
      cluster: { ...cluster, clusterName: hostile, nodes: [node(hostile)] },
      alarms: { kind: 'alarms', open: [alarm], cleared: [] },
    }),
    historyOf(sample(hostile, epochMs, 1)),
    epochMs,
  );
  assert.doesNotMatch(JSON.stringify(view), /[^\\]\\(?:u00|n)/);
});

test('charts have a curve a node, and the host chart two', () => {
  const history = historyOf(
    sample('node-1', epochMs, 400),
    sample('node-1', epochMs + 5_000, 450),
    sample('node-2', epochMs + 5_000, 9),
  );
  const view = wallboardView(update(), history, epochMs);
  assert.deepEqual(view.requests.times, ['12:03:11', '12:03:16']);
  assert.deepEqual(view.requests.curves, [
    { title: 'node-1', values: [400, 450] },
    { title: 'node-2', values: [9] },
  ]);
  assert.deepEqual(
    view.load.curves.map(({ title }) => title),
    ['node-1 cpu', 'node-1 memory', 'node-2 cpu', 'node-2 memory'],
  );
});

test('the history takes each sample once and forgets the oldest', () => {
  const history = new MetricsHistory();
  for (let count = 0; count < chartSamplesMax + 5; count += 1) {
    const one = sample('node-1', epochMs + count, count);
    history.add({ kind: 'metrics', samples: [one, one] });
  }
  assert.equal(history.of('node-1').length, chartSamplesMax);
  assert.equal(history.of('node-1')[0]?.agent.requestsPerSecond, 5);
  for (let count = 0; count < 2 * chartNodesMax; count += 1) {
    history.add({ kind: 'metrics', samples: [sample(`more-${count}`, epochMs, 1)] });
  }
  assert.equal(history.nodes.length, chartNodesMax);
});

test('there is no layout where nothing can be read', () => {
  assert.equal(layoutOf(wallboardColumns - 1, 60), undefined);
  assert.equal(layoutOf(200, wallboardLines - 1), undefined);
});

test('panes cover the screen once, at every size', () => {
  for (const [columns, rows] of [
    [wallboardColumns, wallboardLines],
    [200, 16],
    [79, 60],
    [80, 24],
    [81, 25],
    [200, 60],
  ] as const) {
    const cells = new Set<string>();
    let sum = 0;
    for (const pane of Object.values(layoutOf(columns, rows) ?? {}) as readonly Rectangle[]) {
      assert.ok(pane.height >= 1 && pane.width >= 1, `${columns}x${rows}`);
      sum += pane.height * pane.width;
      for (let row = pane.top; row < pane.top + pane.height; row += 1) {
        for (let column = pane.left; column < pane.left + pane.width; column += 1) {
          cells.add(`${row},${column}`);
        }
      }
    }
    assert.equal(cells.size, columns * (rows - 1), 'all but the footer');
    assert.equal(sum, cells.size, 'no two of them overlap');
  }
});

test('without colours, everything else of a sequence stays', () => {
  const cases: readonly (readonly [text: string, plain: string])[] = [
    ['\u001b[31mred\u001b[m', 'red\u001b[m'],
    ['\u001b[1;31;44mred', '\u001b[1mred'],
    ['\u001b[38;5;200mx\u001b[48;2;1;2;3;7my', 'x\u001b[7my'],
    ['\u001b[97;100;0m', '\u001b[0m'],
    ['\u001b[2J\u001b[3;4Hx', '\u001b[2J\u001b[3;4Hx'],
  ];
  for (const [text, plain] of cases) assert.equal(stripColours(text), plain);
});
