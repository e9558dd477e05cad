import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Table } from '../../../../console/tui/components/table.tsx';
import type { TableColumn, TableView } from '../../../../console/tui/components/table-layout.ts';
import { ThemeProvider } from '../../../../console/tui/components/theme-context.tsx';
import { clean, literal } from '../../../../console/tui/terminal/safe-text.ts';
import { themeOf } from '../../../../console/tui/terminal/theme.ts';
import { mount } from '../../../support/virtual-terminal.ts';
import { hostileNames } from '../terminal/hostile-names.ts';

const columns: readonly TableColumn[] = [
  { id: 'node', title: literal('NODE'), columnsMin: 8, importance: 0 },
  { id: 'seal', title: literal('SEAL'), columnsMin: 10, importance: 1 },
  { id: 'lag', title: literal('LAG'), columnsMin: 5, importance: 2, alignment: 'right' },
];

function viewOf(count: number, selectedId: string): TableView {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: `node-${index}`,
    cells: [
      { text: literal(`node-${index}`) },
      { text: literal('■ SEALED'), token: 'bad' as const },
      { text: literal(String(index)) },
    ],
  }));
  return { columns, rows, selectedId, empty: literal('no nodes') };
}

test('a table draws its head, marks the selected row and aligns numbers to the right', async () => {
  await using terminal = await mount(<Table view={viewOf(3, 'node-1')} columns={40} rows={5} />);
  assert.deepEqual(terminal.screen().slice(0, 5), [
    '  NODE      SEAL          LAG',
    '  node-0    ■ SEALED        0',
    '▸ node-1    ■ SEALED        1',
    '  node-2    ■ SEALED        2',
    '',
  ]);
  assert.equal(terminal.cell(2, 2).inverse, true);
  assert.equal(terminal.cell(39, 2).inverse, true, 'the whole row is selected');
  assert.equal(terminal.cell(2, 1).inverse, false);
});

test('a narrow screen loses the least important columns, and the first one never', async () => {
  const heads: string[] = [];
  for (const width of [27, 22, 8]) {
    await using terminal = await mount(<Table view={viewOf(1, '')} columns={width} rows={2} />);
    heads.push(terminal.screen()[0] ?? '');
  }
  assert.deepEqual(heads, ['  NODE      SEAL', '  NODE      SEAL', '  NODE']);
});

test('the window follows the selection and moves no more than it must', async () => {
  const tree = (selected: number): React.ReactNode => (
    <Table view={viewOf(100, `node-${selected}`)} columns={40} rows={4} />
  );
  await using terminal = await mount(tree(0));
  const shown = async (selected: number): Promise<readonly (string | undefined)[]> => {
    await terminal.rerender(tree(selected));
    return terminal
      .screen()
      .slice(1, 4)
      .map((line) => /\S*node-\d+/.exec(line)?.[0]);
  };
  assert.deepEqual(await shown(2), ['node-0', 'node-1', 'node-2']);
  assert.deepEqual(await shown(3), ['node-1', 'node-2', 'node-3']);
  assert.deepEqual(await shown(2), ['node-1', 'node-2', 'node-3'], 'still in sight: nothing moves');
  assert.deepEqual(await shown(99), ['node-97', 'node-98', 'node-99']);
  assert.deepEqual(await shown(0), ['node-0', 'node-1', 'node-2']);
});

test('the selection is a row, not a place: a new order takes it along', async () => {
  const view = viewOf(3, 'node-0');
  await using terminal = await mount(<Table view={view} columns={40} rows={5} />);
  const turned = {
    ...view,
    rows: view.rows.toReversed(),
    sort: { column: 'lag', descending: true },
  };
  await terminal.rerender(<Table view={turned} columns={40} rows={5} />);
  assert.match(terminal.screen()[3] ?? '', /^▸ node-0/);
  assert.match(terminal.screen()[0] ?? '', /LAG▾/, 'the order is marked at its column');
});

test('an empty table says what could be done', async () => {
  await using terminal = await mount(<Table view={viewOf(0, '')} columns={40} rows={3} />);
  assert.equal(terminal.screen()[1], '  no nodes');
});

test('hostile names forge no row and move no column', async () => {
  const rows = hostileNames.map(([, name], index) => ({
    id: String(index),
    cells: [{ text: clean(name, 60) }, { text: literal('here') }, { text: literal('7') }],
  }));
  const view = { columns, rows, selectedId: '', empty: literal('none') };
  await using terminal = await mount(<Table view={view} columns={60} rows={25} />, { rows: 25 });
  const lines = terminal.screen().slice(1);
  assert.equal(lines.length, hostileNames.length);
  const places = new Set(lines.map((line) => Array.from(line).lastIndexOf('7')));
  assert.equal(lines.filter((line) => line.includes('here')).length, hostileNames.length);
  for (let row = 1; row <= hostileNames.length; row += 1) {
    const at = columnOf(terminal.screen()[row] ?? '', 'here');
    assert.equal(terminal.cell(at, row).foreground, -1, 'no colour leaks into the next cell');
  }
  assert.ok(places.size <= 2, 'wide letters and marks count their columns');
  assert.doesNotMatch(
    terminal.raw(),
    /\u001b\](?!8;;)/,
    'no command of another reaches the terminal',
  );
});

test('without colours the selection, the head and what is bad are still told apart', async () => {
  const tree = (
    <ThemeProvider theme={themeOf('dark', false)}>
      <Table view={viewOf(2, 'node-1')} columns={40} rows={4} />
    </ThemeProvider>
  );
  await using terminal = await mount(tree);
  assert.equal(terminal.cell(2, 0).bold, true);
  assert.equal(terminal.cell(2, 2).inverse, true);
  assert.equal(terminal.cell(12, 1).underline, true);
  assert.doesNotMatch(
    terminal.raw(),
    /\u001b\[(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)/,
    'no colour',
  );
});

test('with colours what is bad is red in the dark theme and orange in the safe one', async () => {
  const colourIn = async (name: 'dark' | 'colour-blind'): Promise<number> => {
    const tree = (
      <ThemeProvider theme={themeOf(name, true)}>
        <Table view={viewOf(1, '')} columns={40} rows={4} />
      </ThemeProvider>
    );
    await using terminal = await mount(tree);
    return terminal.cell(12, 1).foreground;
  };
  assert.equal(await colourIn('dark'), 9);
  assert.equal(await colourIn('colour-blind'), 0xe6_9f_00);
});

function columnOf(line: string, text: string): number {
  return line.indexOf(text);
}
