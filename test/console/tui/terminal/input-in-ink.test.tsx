import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { Text } from 'ink';
import type { ReactElement } from 'react';
import type { InputEvent } from '../../../../console/tui/keys/input-event.ts';
import { isKeyName } from '../../../../console/tui/keys/key-name.ts';
import { TerminalInput } from '../../../../console/tui/terminal/input-wrapper.ts';
import {
  useTerminalEvents,
  type SideEvents,
} from '../../../../console/tui/terminal/use-terminal-events.ts';
import { mount } from '../../../support/virtual-terminal.ts';

const esc = '\u001b';

interface ListenerProps {
  readonly sideEvents: SideEvents;
  readonly onEvent: (event: InputEvent) => void;
}

function Listener({ sideEvents, onEvent }: ListenerProps): ReactElement {
  useTerminalEvents(sideEvents, onEvent);
  return <Text>listening</Text>;
}

/** A terminal's end that passes on what it is fed. */
class Source extends EventEmitter {
  setEncoding(): void {
    // Chunks are text already.
  }
  resume(): void {
    // It never stops.
  }
  pause(): void {
    // It never stops.
  }
}

/** The events that the application hears of when the terminal sends these chunks. */
async function eventsOf(...chunks: readonly string[]): Promise<readonly InputEvent[]> {
  const source = new Source();
  const input = new TerminalInput(source);
  const events: InputEvent[] = [];
  const sideEvents: SideEvents = (listener) => input.listen(listener);
  await using terminal = await mount(
    <Listener sideEvents={sideEvents} onEvent={(event) => events.push(event)} />,
    { stdin: input },
  );
  for (const chunk of chunks) {
    source.emit('data', chunk);
    await terminal.settle();
  }
  return events;
}

async function keysOf(...chunks: readonly string[]): Promise<readonly string[]> {
  const events = await eventsOf(...chunks);
  return events.map((event) => (event.kind === 'key' ? event.key : event.kind));
}

test('every key of a chunk reaches the application, Enter and Esc among them', async () => {
  assert.deepEqual(await keysOf('jj', 'yes\r'), ['j', 'j', 'y', 'e', 's', 'Enter']);
  assert.deepEqual(await keysOf(`${esc}${esc}[Bq`), ['Esc', 'Down', 'q']);
  assert.deepEqual(await keysOf(`${esc}${esc}b`), ['Esc', 'M-b'], 'Esc joins no other key');
});

const named: readonly (readonly [sequence: string, key: string])[] = [
  ['\r', 'Enter'],
  ['\n', 'Enter'],
  ['\t', 'Tab'],
  [`${esc}[Z`, 'S-Tab'],
  [' ', 'Space'],
  ['\u007f', 'Backspace'],
  ['\u0008', 'Backspace'],
  [`${esc}[3~`, 'Delete'],
  [`${esc}[A`, 'Up'],
  [`${esc}OB`, 'Down'],
  [`${esc}[C`, 'Right'],
  [`${esc}[D`, 'Left'],
  [`${esc}[H`, 'Home'],
  [`${esc}[F`, 'End'],
  [`${esc}[5~`, 'PageUp'],
  [`${esc}[6~`, 'PageDown'],
  [`${esc}[1;5D`, 'C-Left'],
  [`${esc}[1;3C`, 'M-Right'],
  [`${esc}[1;5H`, 'C-Home'],
  ['\u0003', 'C-c'],
  ['\u0004', 'C-d'],
  ['\u0019', 'C-y'],
  ['\u001a', 'C-z'],
  ['\u001f', 'C-_'],
  ['\u0000', 'C-Space'],
  [`${esc}f`, 'M-f'],
  [`${esc}[99;5u`, 'C-c'],
  [`${esc}[27u`, 'Esc'],
  [`${esc}OP`, 'F1'],
  [`${esc}[24~`, 'F12'],
  ['é', 'é'],
  ['日', '日'],
  ['G', 'G'],
  ['?', '?'],
];

test('every key has the name of the help', async () => {
  const keys = await keysOf(...named.map(([sequence]) => sequence));
  assert.deepEqual(
    keys,
    named.map(([, key]) => key),
  );
  for (const key of keys) assert.ok(isKeyName(key), key);
});

test('releases, unknown sequences and mouse reports are no keys', async () => {
  assert.deepEqual(await keysOf(`${esc}[97;1:3u`, `${esc}[?997;1n`, `${esc}[<0;1;1M`), []);
});

test('a paste is one event with its lines, and never keys', async () => {
  assert.deepEqual(await eventsOf(`${esc}[200~q\ry`, `z${esc}[201~`), [
    { kind: 'paste', text: 'q\ryz' },
  ]);
});

test('an unterminated paste, then Ctrl-C: the refusal, Ctrl-C, and keys that work', async () => {
  const events = await eventsOf(`${esc}[200~abc`, '\u0003', `${esc}[201~`, 'j');
  assert.deepEqual(events, [
    { kind: 'paste-refused', reason: 'unterminated' },
    { kind: 'key', key: 'C-c' },
    { kind: 'key', key: 'j' },
  ]);
});

test('the terminal is told to mark pastes', async () => {
  const input = new TerminalInput(new Source());
  const sideEvents: SideEvents = (listener) => input.listen(listener);
  await using terminal = await mount(
    <Listener sideEvents={sideEvents} onEvent={() => undefined} />,
    { stdin: input },
  );
  assert.ok(terminal.raw().includes(`${esc}[?2004h`));
});
