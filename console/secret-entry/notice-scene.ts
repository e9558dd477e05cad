/** A screen without a secret: what comes next, and whether to go on. */
import type { InputSink } from './input-decoder.ts';
import { shownIdleMs } from './limits.ts';
import { framed, type Scene, type Stage } from './scene.ts';
import { type Line, wrapped } from './screen.ts';

export interface NoticeOptions {
  readonly heading: string;
  readonly text: readonly string[];
  /** What the keys do, for the last line. */
  readonly keys: string;
}

export type NoticeAnswer = 'enter' | 'escape' | 'interrupted';

export class NoticeScene implements Scene {
  readonly idleMs: number = shownIdleMs;
  readonly input: InputSink;
  readonly #stage: Stage;
  readonly #options: NoticeOptions;

  constructor(stage: Stage, options: NoticeOptions, answer: (key: NoticeAnswer) => void) {
    this.#stage = stage;
    this.#options = options;
    this.input = {
      key: (key) => {
        if (key === 'enter' || key === 'escape') answer(key);
        else if (key === 'interrupt') answer('interrupted');
      },
      focus: () => stage.redraw(),
      byte: () => undefined,
      foreignByte: () => undefined,
      pasteStart: () => undefined,
      pasteLineEnd: () => undefined,
      pasteControl: () => undefined,
      pasteEnd: () => undefined,
    };
  }

  draw(): readonly Line[] {
    const { heading, text, keys } = this.#options;
    return framed(this.#stage, [[{ strong: heading }], [], ...text.flatMap(wrapped)], keys);
  }

  idle(): void {
    this.#stage.redraw();
  }

  wipe(): void {
    // There is nothing to zero.
  }
}
