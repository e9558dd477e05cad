import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Table } from '../../../../console/tui/components/table.tsx';
import type { TableView } from '../../../../console/tui/components/table-layout.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';

const columns = [
  { id: 'node', title: literal('NODE'), columnsMin: 8, importance: 0 },
  { id: 'seal', title: literal('SEAL'), columnsMin: 10, importance: 1 },
  { id: 'lag', title: literal('LAG'), columnsMin: 5, importance: 2, alignment: 'right' },
] as const;

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
  assert.equal(terminal.isAlternate(), true);
});
