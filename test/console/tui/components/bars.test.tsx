import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReactElement } from 'react';
import { Chart } from '../../../../console/tui/components/chart.tsx';
import { DiffView } from '../../../../console/tui/components/diff-view.tsx';
import { diffLines } from '../../../../console/tui/components/diff.ts';
import { FailureNotice } from '../../../../console/tui/components/failure-notice.tsx';
import { FooterBar } from '../../../../console/tui/components/footer-bar.tsx';
import { type GaugeProps, gaugeLine } from '../../../../console/tui/components/gauge.ts';
import { HeaderBar, type HeaderItem } from '../../../../console/tui/components/header-bar.tsx';
import { KeyValue } from '../../../../console/tui/components/key-value.tsx';
import { Lines } from '../../../../console/tui/components/lines.tsx';
import { Pane } from '../../../../console/tui/components/pane.tsx';
import { Progress } from '../../../../console/tui/components/progress.tsx';
import { SizeGuard } from '../../../../console/tui/components/size-guard.tsx';
import { Toast } from '../../../../console/tui/components/toast.tsx';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';

const items: readonly HeaderItem[] = [
  { text: literal('alice'), importance: 1 },
  { text: literal('ttl 7h12'), importance: 3 },
  { text: literal('RO'), importance: 2 },
  { text: literal('● 0.1s'), importance: 0 },
  { text: literal('12:03:11Z'), importance: 4 },
];

function headerOf(columns: number): ReactElement {
  const crumbs = [literal('cluster'), literal('node-3')];
  return (
    <HeaderBar cluster={literal('prod-eu1')} crumbs={crumbs} items={items} columns={columns} />
  );
}

async function firstRow(tree: ReactElement): Promise<string> {
  await using terminal = await mount(tree);
  return terminal.screen()[0] ?? '';
}

test('the header says where one is and in what state, and gives up the least important', async () => {
  const wide = ' prod-eu1  › cluster › node-3             alice  ttl 7h12  RO  ● 0.1s  12:03:11Z';
  assert.equal(await firstRow(headerOf(80)), wide);
  assert.equal(
    await firstRow(headerOf(60)),
    ' prod-eu1  › cluster › node-3    alice  ttl 7h12  RO  ● 0.1s',
  );
  assert.equal(await firstRow(headerOf(40)), ' prod-eu1  › cluster › node-3     ● 0.1s');
  assert.equal(await firstRow(headerOf(30)), ' prod-eu1  › cluster › node-3');
});

test('the footer shows whole hints only', async () => {
  const hints = [
    { key: 'u', title: 'unseal' },
    { key: 'C-s', title: 'save' },
    { key: '?', title: 'help' },
  ];
  assert.equal(
    await firstRow(<FooterBar hints={hints} columns={40} />),
    ' <u> unseal  <C-s> save  <?> help',
  );
  assert.equal(await firstRow(<FooterBar hints={hints} columns={30} />), ' <u> unseal  <C-s> save');
});

test('progress says how far, how fast and how long', async () => {
  const given = { label: literal('node-2'), unit: literal('records'), columns: 80 };
  const rowOf = (done: number, total: number | undefined, elapsedMs: number): Promise<string> =>
    firstRow(<Progress {...given} done={done} total={total} elapsedMs={elapsedMs} />);
  assert.equal(
    await rowOf(250_000, 1_000_000, 2_000),
    'node-2  █████░░░░░░░░░░░░░░░  250,000 of 1,000,000 records  125,000/s  6 s left',
  );
  assert.equal(
    await rowOf(10, 20, 100),
    'node-2  ██████████░░░░░░░░░░  10 of 20 records',
    'too soon to tell',
  );
  assert.equal(await rowOf(500, undefined, 1_000), 'node-2  500 records  500/s');
  assert.match(await rowOf(0, 0, 1_000), /0 of 0 records$/);
});

test('a gauge marks a share that is too high with more than colour', async () => {
  const given = { label: literal('disk'), labelColumns: 6, warnAt: 0.75, columns: 30 };
  const rowOf = (share: GaugeProps['share']): Promise<string> =>
    firstRow(<Lines lines={[gaugeLine({ ...given, share })]} />);
  assert.equal(await rowOf(0.77), 'disk   ████████████░░░░  77 %!');
  assert.equal(await rowOf(0.5), 'disk   ████████░░░░░░░░  50 %');
  assert.equal(await rowOf(undefined), 'disk   not known');
});

test('a chart has its labels', async () => {
  const chart = (
    <Chart
      series={[0, 1]}
      topLabel={literal('9 ms')}
      bottomLabel={literal('0')}
      columns={10}
      rows={3}
    />
  );
  await using terminal = await mount(chart);
  const [top = '', middle = '', bottom = ''] = terminal.screen();
  assert.match(top, /^9 ms│ *[\u2801-\u28ff]+$/);
  assert.match(middle, /^ {4}│/);
  assert.match(bottom, /^ {3}0│[\u2801-\u28ff]/);
});

test('an error stays with its code and what to do, in the rows that it may take', async () => {
  const tree = (
    <FailureNotice
      code={literal('seal.share-mismatch')}
      message={literal('share 4 does not match; ask its holder to look again')}
      waitingCount={2}
      columns={40}
      rowsMax={3}
    />
  );
  await using terminal = await mount(tree);
  assert.deepEqual(terminal.screen().slice(0, 4), [
    ' ✗ seal.share-mismatch   <Esc> dismiss …',
    '   share 4 does not match; ask its',
    '   holder to look again',
    '',
  ]);
});

test('a toast and facts are lines of their width', async () => {
  assert.equal(
    await firstRow(<Toast text={literal('saved')} kind="done" columns={40} />),
    ' ✓ saved',
  );
  const facts = [
    { label: literal('version'), value: literal('0.1.0') },
    { label: literal('effect'), value: literal('writes are refused until two unseal') },
  ];
  await using terminal = await mount(<KeyValue facts={facts} columns={30} rows={4} />);
  assert.deepEqual(terminal.screen().slice(0, 4), [
    'version  0.1.0',
    'effect   writes are refused',
    '         until two unseal',
    '',
  ]);
});

test('a diff is drawn with both numbers and signs, in its window', async () => {
  const lines = diffLines('a\nb', 'a\nB');
  const tree = <DiffView lines={lines} scrolledRows={0} columns={30} rows={3} />;
  await using terminal = await mount(tree);
  assert.deepEqual(terminal.screen().slice(0, 3), [
    '   1    1   a',
    '   2      - b',
    '        2 + B',
  ]);
  await terminal.rerender(<DiffView lines={lines} scrolledRows={99} columns={30} rows={2} />);
  assert.match(terminal.screen()[1] ?? '', /^ {8}2 \+ B +█$/);
});

test('a pane has its title in its border and its content inside', async () => {
  const tree = (
    <Pane title={literal('rules')} columns={20} rows={4} focused>
      <Toast text={literal('saved')} kind="done" columns={18} />
    </Pane>
  );
  await using terminal = await mount(tree);
  assert.deepEqual(terminal.screen().slice(0, 4), [
    '┌ rules ───────────┐',
    '│ ✓ saved          │',
    '│                  │',
    '└──────────────────┘',
  ]);
});

test('a terminal made too small says what it needs, and shows all again, once, when it grows', async () => {
  const frame = (columns: number, rows: number): ReactElement => (
    <SizeGuard screen={{ columns, rows }}>{headerOf(columns)}</SizeGuard>
  );
  await using terminal = await mount(frame(80, 24));
  const headers = (): number =>
    terminal.screen().filter((line) => line.includes('prod-eu1  › cluster')).length;
  assert.equal(headers(), 1);
  await terminal.resize(50, 12);
  await terminal.rerender(frame(50, 12));
  assert.deepEqual(terminal.screen().slice(0, 5), [
    'This terminal is too small.',
    'It has 50 × 12, and',
    '60 × 16 are needed.',
    'Make it larger; all goes on.',
    '',
  ]);
  assert.equal(headers(), 0);
  await terminal.resize(120, 40);
  await terminal.rerender(frame(120, 40));
  assert.equal(headers(), 1, 'exactly one header');
  assert.equal(terminal.text().includes('too small'), false);
});
