import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf } from '../../../../console/tui/components/line.ts';
import { List, type ListItem } from '../../../../console/tui/components/list.tsx';
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
