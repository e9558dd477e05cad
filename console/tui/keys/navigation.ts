/** The keys that move about, the same in every view. */
import type { KeyName } from './key-name.ts';

export type Navigation =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'top'
  | 'bottom'
  | 'half-up'
  | 'half-down'
  | 'page-up'
  | 'page-down'
  | 'open'
  | 'back'
  | 'next-pane'
  | 'previous-pane';

export type BuiltIn = Navigation | 'palette' | 'filter' | 'help';

export interface BuiltInKey {
  readonly does: BuiltIn;
  readonly keys: readonly KeyName[];
  readonly title: string;
  readonly help: string;
}

export const builtInKeys: readonly BuiltInKey[] = [
  {
    does: 'palette',
    keys: [':', 'F2'],
    title: 'command',
    help: 'type a command; Tab completes it. F2 where letters are typed',
  },
  {
    does: 'filter',
    keys: ['/'],
    title: 'filter',
    help: 'show rows with a text; /!text hides them',
  },
  {
    does: 'help',
    keys: ['?', 'F1'],
    title: 'help',
    help: 'the keys of this view. F1 where letters are typed',
  },
  { does: 'open', keys: ['Enter'], title: 'open', help: 'open what is selected' },
  { does: 'back', keys: ['Esc'], title: 'back', help: 'close or go back; never quits' },
  { does: 'next-pane', keys: ['Tab'], title: 'pane', help: 'to the next pane' },
  { does: 'previous-pane', keys: ['S-Tab'], title: 'pane', help: 'to the pane before' },
  { does: 'up', keys: ['Up', 'k'], title: 'up', help: 'one row up' },
  { does: 'down', keys: ['Down', 'j'], title: 'down', help: 'one row down' },
  { does: 'left', keys: ['Left', 'h'], title: 'left', help: 'left, or fold' },
  { does: 'right', keys: ['Right', 'l'], title: 'right', help: 'right, or unfold' },
  { does: 'top', keys: ['g', 'Home'], title: 'top', help: 'first row' },
  { does: 'bottom', keys: ['G', 'End'], title: 'end', help: 'last row' },
  { does: 'half-up', keys: ['C-u'], title: 'half up', help: 'half a page up' },
  { does: 'half-down', keys: ['C-d'], title: 'half down', help: 'half a page down' },
  { does: 'page-up', keys: ['PageUp', 'C-b'], title: 'page up', help: 'a page up' },
  {
    does: 'page-down',
    keys: ['PageDown', 'C-f', 'Space'],
    title: 'page down',
    help: 'a page down',
  },
];

export function builtInOf(key: KeyName): BuiltIn | undefined {
  return builtInKeys.find(({ keys }) => keys.includes(key))?.does;
}

export function isNavigation(builtIn: BuiltIn): builtIn is Navigation {
  return builtIn !== 'palette' && builtIn !== 'filter' && builtIn !== 'help';
}
