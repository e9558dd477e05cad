import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { ConfirmDialog } from '../../../../console/tui/components/confirm-dialog.tsx';
import { FilterLine } from '../../../../console/tui/components/filter-line.tsx';
import { HelpOverlay } from '../../../../console/tui/components/help-overlay.tsx';
import { lineOf as drawn } from '../../../../console/tui/components/line.ts';
import { Lines } from '../../../../console/tui/components/lines.tsx';
import { Modal } from '../../../../console/tui/components/modal.tsx';
import { Palette } from '../../../../console/tui/components/palette.tsx';
import { helpSections } from '../../../../console/tui/keys/catalogue.ts';
import { lineOf } from '../../../../console/tui/keys/line-input.ts';
import { topMode } from '../../../../console/tui/keys/mode.ts';
import { suggestions } from '../../../../console/tui/keys/palette.ts';
import { clean, literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';
import { Keyboard, verbs } from '../keys/example-table.ts';

const screen = { columns: 60, rows: 16 };

interface OverProps {
  readonly children: ReactNode;
}

/** Something on a screen that is full of other things. */
function Over({ children }: OverProps): ReactElement {
  const row = drawn(literal('x'.repeat(60)));
  return (
    <Box width={60} height={16}>
      <Lines lines={Array.from({ length: 16 }, () => row)} />
      {children}
    </Box>
  );
}

function dialogOf(keyboard: Keyboard): ReactElement {
  const top = topMode(keyboard.state.modes);
  assert.ok(top.kind === 'modal' && top.modal === 'confirm');
  return (
    <Over>
      <ConfirmDialog confirmation={top.confirmation} screen={screen} nowMs={keyboard.nowMs} />
    </Over>
  );
}

test('a sheet covers what is under it, in the middle of the screen', async () => {
  const modal = <Modal title={literal('title')} lines={[drawn(literal('text'))]} screen={screen} />;
  await using terminal = await mount(<Over>{modal}</Over>, screen);
  const rows = terminal.screen();
  assert.equal(rows[5], 'x'.repeat(60));
  assert.match(rows[6] ?? '', /^┌ title ─+┐$/);
  assert.match(rows[7] ?? '', /^│ text +│$/, 'spaces cover too');
  assert.match(rows[8] ?? '', /^└─+┘$/);
  assert.equal(rows[9], 'x'.repeat(60));
});

test('a dialog of danger 1 says cluster, object, effect, undo, and asks for y', async () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  await using terminal = await mount(dialogOf(keyboard), screen);
  for (const part of [
    'stop item-a',
    'cluster  prod',
    'object   item-a',
    'effect   it is gone',
    'undo     none',
    '<y> yes   <n> no',
  ]) {
    assert.ok(terminal.text().includes(part), part);
  }
});

test('a dialog of danger 2 shows what is typed and what is still missing', async () => {
  const keyboard = new Keyboard();
  keyboard.press('D');
  keyboard.nowMs += 300;
  keyboard.type('item-');
  await using terminal = await mount(dialogOf(keyboard), screen);
  assert.match(terminal.text(), /type the name {2}item- /);
  assert.match(terminal.text(), /waiting for: item-a/);
  keyboard.type('a');
  await terminal.rerender(dialogOf(keyboard));
  assert.match(terminal.text(), /<C-y> do it {3}<Esc> cancel/);
});

test('a dialog of danger 3 counts down to when it can be done', async () => {
  const keyboard = new Keyboard();
  keyboard.press('X');
  keyboard.nowMs += 300;
  keyboard.type('prod');
  keyboard.press('Tab');
  keyboard.type('drill');
  keyboard.nowMs += 700;
  await using terminal = await mount(dialogOf(keyboard), screen);
  assert.match(terminal.text(), /armed in 2 s/);
  keyboard.nowMs += 1_300;
  await terminal.rerender(dialogOf(keyboard));
  assert.match(terminal.text(), /<C-y> do it/);
});

test('help is every entry of the table, scrolled as far as it goes', async () => {
  const sections = helpSections(new Keyboard().surroundings);
  const tree = (scrolledRows: number): ReactElement => (
    <Over>
      <HelpOverlay title={literal('help')} {...{ sections, screen, scrolledRows }} />
    </Over>
  );
  await using terminal = await mount(tree(0), screen);
  assert.match(terminal.text(), /this view/);
  assert.match(terminal.text(), /<s> :stop \[ITEM\] +stop the item/);
  assert.match(terminal.text(), /█/, 'there is more');
  await terminal.rerender(tree(1_000));
  assert.match(terminal.text(), /<PageDown> <C-f> <Space>/, 'the end, and not beyond it');
  assert.equal(terminal.screen().length, 16);
});

test('help says why a verb does not work now', async () => {
  const keyboard = new Keyboard();
  keyboard.writable = false;
  const sections = helpSections(keyboard.surroundings);
  const tree = <HelpOverlay title={literal('help')} {...{ sections, screen, scrolledRows: 0 }} />;
  await using terminal = await mount(<Over>{tree}</Over>, screen);
  assert.match(terminal.text(), /not now: read only/);
});

test('the palette shows the line with its cursor under what could follow', async () => {
  const keyboard = new Keyboard();
  const found = suggestions('it', verbs, keyboard.surroundings);
  const tree = <Palette line={lineOf('it')} suggestions={found} columns={60} rowsMax={8} />;
  await using terminal = await mount(tree, screen);
  assert.deepEqual(terminal.screen().slice(0, 3), [
    ' item ITEM                  one item',
    ' items                      all items',
    ':it',
  ]);
  assert.equal(terminal.cell(3, 2).inverse, true, 'the cursor');
});

test('the palette says beside the line why it was not run', async () => {
  const problem = 'there is no command :zap; Tab lists what there is';
  const tree = (
    <Palette line={lineOf('zap')} suggestions={[]} columns={60} rowsMax={4} {...{ problem }} />
  );
  await using terminal = await mount(tree, screen);
  assert.match(terminal.screen()[0] ?? '', /^:zap +there is no command :zap; Tab lists wha…$/);
});

test('the palette never takes more rows than it is given', async () => {
  const found = Array.from({ length: 50 }, (_, index) => ({
    line: `v${index}`,
    label: `v${index}`,
    help: 'help',
  }));
  const tree = <Palette line={lineOf('v')} suggestions={found} columns={60} rowsMax={4} />;
  await using terminal = await mount(tree, screen);
  assert.deepEqual(terminal.screen().slice(3, 5), [':v', '']);
});

test('a line longer than its place shows its end while one types there', async () => {
  const line = lineOf(`item ${'x'.repeat(80)}END`);
  const tree = <Palette line={line} suggestions={[]} columns={40} rowsMax={4} />;
  await using terminal = await mount(tree, screen);
  assert.match(terminal.screen()[0] ?? '', /^:x+END$/);
  assert.equal(terminal.cell(39, 0).inverse, true);
});

test('hostile names are inert in what the palette offers', async () => {
  const found = [{ line: 'item', label: '\u001b[32mok\nfake', help: '\u001b]0;x\u0007' }];
  const tree = <Palette line={lineOf('i')} suggestions={found} columns={60} rowsMax={4} />;
  await using terminal = await mount(tree, screen);
  assert.match(terminal.screen()[0] ?? '', /^ \\u\{1b\}\[32mok\\nfake/);
  assert.equal(terminal.screen()[1], ':i');
});

test('a filter is always shown with what it hides', async () => {
  const tree = <FilterLine text={clean('node', 40)} hiddenCount={12} columns={60} />;
  await using terminal = await mount(tree, screen);
  assert.match(terminal.screen()[0] ?? '', /^\/node +12 hidden$/);
  await terminal.rerender(
    <FilterLine text={literal('')} editing={lineOf('no')} hiddenCount={0} columns={60} />,
  );
  assert.match(terminal.screen()[0] ?? '', /^\/no +0 hidden$/);
  assert.equal(terminal.cell(3, 0).inverse, true, 'the cursor while it is typed');
  const refused = (
    <FilterLine
      text={literal('')}
      editing={lineOf('no')}
      hiddenCount={3}
      columns={60}
      problem="paste refused"
    />
  );
  await terminal.rerender(refused);
  assert.match(terminal.screen()[0] ?? '', /^\/no +paste refused$/);
});
