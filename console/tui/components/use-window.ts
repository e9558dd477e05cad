/** The window of a list that stays put from one drawing to the next. */
import { useRef } from 'react';
import { windowOf, type Window } from './window.ts';

export function useWindow(total: number, rows: number, selected: number): Window {
  const before = useRef(0);
  const window = windowOf(total, rows, { selected, before: before.current });
  before.current = window.first;
  return window;
}
