/**
 * The one place where keys enter the tree. Mounted once at its root and never unmounted: without
 * it the terminal would not mark pastes, and a paste would run as commands.
 */
import { useInput, usePaste } from 'ink';
import { useEffect, useEffectEvent } from 'react';
import type { InputEvent } from '../keys/input-event.ts';
import type { SideEvent } from './input-wrapper.ts';
import { keyOfInk } from './key-of-ink.ts';

/** What `TerminalInput.listen` is; tests of screens have none. */
export type SideEvents = (listener: (event: SideEvent) => void) => () => void;

/** Calls the handler with every key, paste, focus change and refused paste; mouse is left out. */
export function useTerminalEvents(
  sideEvents: SideEvents | undefined,
  handler: (event: InputEvent) => void,
): void {
  const handle = useEffectEvent(handler);
  useInput((input, key) => {
    const name = keyOfInk(input, key);
    if (name !== undefined) handle({ kind: 'key', key: name });
  });
  usePaste((text) => handle({ kind: 'paste', text }));
  useEffect(() => {
    if (sideEvents === undefined) return undefined;
    return sideEvents((event) => {
      if (event.kind !== 'mouse') handle(event);
    });
  }, [sideEvents]);
}
