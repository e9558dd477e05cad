import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf } from '../../../../console/tui/components/line.ts';
import { List, type ListItem } from '../../../../console/tui/components/list.tsx';
import { Log } from '../../../../console/tui/components/log.tsx';
import { Tabs } from '../../../../console/tui/components/tabs.tsx';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';

function itemsOf(count: number): readonly ListItem[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `i${index}`,
    line: lineOf(literal(`item ${index}`)),
  }));
}

test('a list shows the window around its selection, and a bar where it is', async () => {
  await using terminal = await mount(
    <List items={itemsOf(100)} selectedId="i50" columns={20} rows={5} />,
  );
  assert.deepEqual(terminal.screen().slice(0, 5), [
    '  item 46          │',
    '  item 47          │',
    '  item 48          █',
    '  item 49          │',
    '▸ item 50          │',
  ]);
});

test('a list that fits has no bar', async () => {
  await using terminal = await mount(<List items={itemsOf(2)} columns={20} rows={5} />);
  assert.deepEqual(terminal.screen().slice(0, 3), ['  item 0', '  item 1', '']);
});

test('of a hundred thousand items only those in sight are looked at', async () => {
  let looks = 0;
  const items = itemsOf(100_000).map(({ id, line }) => ({
    id,
    get line() {
      looks += 1;
      return line;
    },
  }));
  await using terminal = await mount(
    <List items={items} selectedId="i99999" columns={20} rows={5} />,
  );
  assert.match(terminal.screen()[4] ?? '', /▸ item 99999 +█/);
  assert.ok(looks <= 10, `${looks} for 5 rows`);
});

const lines = Array.from({ length: 30 }, (_, index) => lineOf(literal(`line ${index + 100}`)));
const log = { lines, firstNumber: 100, droppedCount: 0, columns: 40, rows: 4 };

test('a log that follows shows its end', async () => {
  await using terminal = await mount(<Log {...log} position={{ kind: 'following' }} />);
  assert.deepEqual(terminal.screen().slice(0, 4), [
    'line 127',
    'line 128',
    'line 129',
    '▾ following',
  ]);
});

test('a paused log stands still while lines come and go, and says how many came', async () => {
  const position = { kind: 'paused', bottom: 110 } as const;
  await using terminal = await mount(<Log {...log} position={position} />);
  const before = terminal.screen().slice(0, 3);
  assert.deepEqual(before, ['line 108', 'line 109', 'line 110']);
  assert.equal(terminal.screen()[3], '‖ paused, 19 below (G follows)');
  const later = [...lines.slice(5), lineOf(literal('line 130'))];
  await terminal.rerender(<Log {...log} lines={later} firstNumber={105} position={position} />);
  assert.deepEqual(terminal.screen().slice(0, 3), before);
  assert.match(terminal.screen()[3] ?? '', /20 below/);
});

test('a log says how many lines this terminal was too slow for', async () => {
  const tree = <Log {...log} columns={70} droppedCount={12} position={{ kind: 'following' }} />;
  await using terminal = await mount(tree);
  assert.equal(terminal.screen()[3], '▾ following   12 dropped: this terminal was too slow');
});

test('the tab that is shown is in brackets', async () => {
  const tabs = [
    { id: 'tail', title: literal('tail') },
    { id: 'verify', title: literal('verify') },
  ];
  await using terminal = await mount(<Tabs tabs={tabs} activeId="verify" columns={40} />);
  assert.equal(terminal.screen()[0], ' tail [verify]');
});
