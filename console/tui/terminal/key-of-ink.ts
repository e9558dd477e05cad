/** Ink's report of a key as the name that the verb table uses. */
import type { Key } from 'ink';
import type { KeyName } from '../keys/key-name.ts';

const flags: readonly (readonly [flag: keyof Key, name: KeyName])[] = [
  ['upArrow', 'Up'],
  ['downArrow', 'Down'],
  ['leftArrow', 'Left'],
  ['rightArrow', 'Right'],
  ['pageUp', 'PageUp'],
  ['pageDown', 'PageDown'],
  ['home', 'Home'],
  ['end', 'End'],
  ['return', 'Enter'],
  ['escape', 'Esc'],
  ['backspace', 'Backspace'],
  ['delete', 'Delete'],
];

/** The key's name; undefined for reports that are no key: releases, unknown sequences. */
export function keyOfInk(input: string, key: Key): KeyName | undefined {
  if (key.eventType === 'release') return undefined;
  if (key.tab) return key.shift ? 'S-Tab' : 'Tab';
  const name = flags.find(([flag]) => key[flag] === true)?.[1] ?? plainName(input);
  if (name === undefined) return undefined;
  if (name === 'Esc') return name;
  return `${key.ctrl ? 'C-' : ''}${key.meta ? 'M-' : ''}${name}`;
}

/**
 * A line feed is Enter, too: that is what the kernel makes of one that is typed while a child gives
 * the terminal back, before it is in raw mode again.
 */
function plainName(input: string): KeyName | undefined {
  if (input === ' ') return 'Space';
  if (input === '\n') return 'Enter';
  return input === '' || /^\p{C}/u.test(input) ? undefined : input;
}
