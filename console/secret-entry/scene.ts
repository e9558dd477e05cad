/** One screen of the program: what it shows and what keys do to it. */
import type { InputSink } from './input-decoder.ts';
import { type Line, wrapped } from './screen.ts';

export interface Scene {
  readonly input: InputSink;
  /** How long it waits for a key before `idle`. */
  readonly idleMs: number;
  draw(): readonly Line[];
  /** Nobody pressed a key for so long: secrets go from the screen, or from memory. */
  idle(): void;
  /** Zeroes what it holds; it is not used afterwards. */
  wipe(): void;
}

/** What a scene asks of its stage. */
export interface Stage {
  /** The words of every screen's first line. */
  readonly title: string;
  /** Whether somebody sees the screen, as far as the terminal tells. */
  readonly focused: boolean;
  readonly warning: string;
  redraw(): void;
}

/** The frame around what a scene shows. */
export function framed(stage: Stage, body: readonly Line[], keys: string): readonly Line[] {
  const warning: readonly Line[] =
    stage.warning === '' ? [] : [...wrapped(`! ${stage.warning}`), []];
  return [[{ bar: ` SECRET ENTRY  ${stage.title}` }], [], ...body, [], ...warning, [keys]];
}

/** Dots for as many characters, up to a limit. */
export function dotsFor(length: number, columnsMax: number): string {
  return '•'.repeat(Math.min(length, columnsMax));
}
