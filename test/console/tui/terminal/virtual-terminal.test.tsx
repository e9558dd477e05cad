import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Text, useWindowSize } from 'ink';
import { useState, type ReactElement } from 'react';
import type { InputEvent } from '../../../../console/tui/keys/input-event.ts';
import { useTerminalEvents } from '../../../../console/tui/terminal/use-terminal-events.ts';
import { mount } from '../../../support/virtual-terminal.ts';

function Echo(): ReactElement {
  const [events, setEvents] = useState<readonly InputEvent[]>([]);
  const { columns, rows } = useWindowSize();
  useTerminalEvents(undefined, (event) => setEvents((before) => [...before, event]));
  const shown = events.map((event) => (event.kind === 'key' ? event.key : event.kind)).join(' ');
  return (
    <Text color="red" bold>
      {columns}x{rows} {shown}
    </Text>
  );
}

test('a tree in the virtual terminal is drawn, told its size, and given keys and pastes', async () => {
  await using terminal = await mount(<Echo />, { columns: 40, rows: 5 });
  assert.deepEqual([terminal.isAlternate(), terminal.isRaw()], [true, true]);
  await terminal.keys('j', '\r', '\u001b[A');
  await terminal.paste('two\nlines');
  assert.deepEqual(terminal.screen(), ['40x5 j Enter Up paste', '', '', '', '']);
  const { characters, bold, foreground } = terminal.cell(0, 0);
  assert.deepEqual([characters, bold, foreground], ['4', true, 1]);
  await terminal.resize(60, 3);
  assert.deepEqual(terminal.screen(), ['60x3 j Enter Up paste', '', '']);
});

test('a tree that is taken off leaves the terminal as it was', async () => {
  await using terminal = await mount(<Echo />);
  terminal.app.unmount();
  await terminal.settle();
  assert.deepEqual([terminal.isAlternate(), terminal.isRaw()], [false, false]);
});
