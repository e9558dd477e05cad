/** A small verb table of no domain, for tests of what is drawn and routed from one. */
import type { Target, Verb } from '../../../../console/tui/keys/verb.ts';
import {
  initialRouter,
  type Intent,
  type RouterState,
  type Surroundings,
} from '../../../../console/tui/keys/routing.ts';
import { route } from '../../../../console/tui/keys/router.ts';
import type { InputEvent } from '../../../../console/tui/keys/input-event.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';

export interface Model {
  readonly items: ReadonlyMap<string, string>;
  readonly selected: string;
}

export const model: Model = {
  items: new Map([
    ['a', '1'],
    ['b', '1'],
  ]),
  selected: 'a',
};

function target({ items, selected }: Model, id = selected): Target | undefined {
  const version = items.get(id);
  return version === undefined ? undefined : { id, name: literal(`item-${id}`), version };
}

function dangerous(danger: 1 | 2 | 3, key: string, name: string): Verb<Model, string> {
  return {
    id: `item.${name}`,
    title: name,
    help: `${name} the item`,
    keys: [key],
    view: 'items',
    danger,
    needsWrite: true,
    footer: danger,
    command: {
      name,
      parameters: [{ name: 'ITEM', optional: true, values: ({ items }) => [...items.keys()] }],
    },
    enabledWhen: () => true,
    target,
    warning: (_, { name: object }) => ({
      cluster: literal('prod'),
      act: literal(`${name} ${object}`),
      effect: literal('it is gone'),
      undo: literal('none'),
    }),
    run: ({ target: object, reason }) =>
      `${name} ${object?.id}${reason === '' ? '' : ` (${reason})`}`,
  };
}

export const verbs: readonly Verb<Model, string>[] = [
  dangerous(1, 's', 'stop'),
  dangerous(2, 'D', 'delete'),
  dangerous(3, 'X', 'wipe'),
  {
    id: 'view.items',
    title: 'items',
    help: 'all items',
    keys: [],
    view: 'global',
    danger: 0,
    needsWrite: false,
    command: { name: 'items', aliases: ['i', 'list'] },
    enabledWhen: () => true,
    run: () => 'items',
  },
  {
    id: 'view.item',
    title: 'item',
    help: 'one item',
    keys: [],
    view: 'global',
    danger: 0,
    needsWrite: false,
    command: {
      name: 'item',
      parameters: [{ name: 'ITEM', values: ({ items }) => [...items.keys()] }],
    },
    enabledWhen: () => true,
    run: ({ args }) => `item ${args.join(' ')}`,
  },
  {
    id: 'log.verify',
    title: 'verify',
    help: 'verify the log',
    keys: ['v'],
    view: 'log',
    danger: 0,
    needsWrite: false,
    command: { name: 'log verify', parameters: [{ name: 'FILE', optional: true }] },
    enabledWhen: () => true,
    run: ({ args }) => `verify ${args.join('|')}`,
  },
  {
    id: 'save',
    title: 'save',
    help: 'save the text',
    keys: ['C-s'],
    view: 'items',
    danger: 0,
    needsWrite: false,
    footer: 9,
    enabledWhen: ({ selected }) => selected !== 'b' || 'b is read only',
    run: () => 'save',
  },
  {
    id: 'quit',
    title: 'quit',
    help: 'end',
    keys: ['q'],
    view: 'global',
    danger: 0,
    needsWrite: false,
    footer: 20,
    command: { name: 'quit' },
    enabledWhen: () => true,
    run: () => 'quit',
  },
];

/** The application around the router: its state, its clock, and what came out. */
export class Keyboard {
  state: RouterState = initialRouter;
  model: Model = model;
  writable = true;
  focused = true;
  filter = '';
  view = 'items';
  nowMs = 10_000;

  get surroundings(): Surroundings<Model, string> {
    const { writable, focused, filter, view, nowMs } = this;
    return { verbs, view, model: this.model, writable, focused, filter, nowMs };
  }

  /** What a key did. */
  press(key: string): Intent<string> {
    return this.send({ kind: 'key', key });
  }

  /** What the last of several keys did; the clock stands still. */
  type(text: string): Intent<string> {
    let intent: Intent<string> = { kind: 'none' };
    for (const key of text) intent = this.press(key === ' ' ? 'Space' : key);
    return intent;
  }

  send(event: InputEvent): Intent<string> {
    const { state, intent } = route(this.state, event, this.surroundings);
    this.state = state;
    return intent;
  }
}
