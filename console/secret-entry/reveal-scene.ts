/**
 * A secret shown to one person: first a screen without it, so that the others can look away, then
 * the secret alone. It is hidden while the terminal is out of focus, and after a while.
 */
import { groupLines } from './groups.ts';
import type { InputSink } from './input-decoder.ts';
import { shownIdleMs } from './limits.ts';
import { framed, type Scene, type Stage } from './scene.ts';
import { type Line, wrapped } from './screen.ts';

export interface RevealOptions {
  readonly heading: string;
  /** Before it is shown. */
  readonly before: readonly string[];
  /** Beside it. */
  readonly beside: readonly string[];
  /** Whether `l` hands it to the console. */
  readonly login: boolean;
}

export interface RevealOutcome {
  /** It was written down. */
  taken(): void;
  login(): void;
  cancelled(): void;
}

const loginKey = 0x6c; // l

export class RevealScene implements Scene {
  readonly idleMs: number = shownIdleMs;
  readonly input: InputSink;
  readonly #stage: Stage;
  readonly #secret: Uint8Array;
  readonly #options: RevealOptions;
  #shown = false;

  /** The secret stays the caller's. */
  constructor(
    stage: Stage,
    { secret, ...options }: RevealOptions & { readonly secret: Uint8Array },
    outcome: RevealOutcome,
  ) {
    this.#stage = stage;
    this.#secret = secret;
    this.#options = options;
    this.input = this.#inputFor(outcome);
  }

  draw(): readonly Line[] {
    const { heading, before, beside, login } = this.#options;
    const hidden = this.#shown && !this.#stage.focused;
    if (!this.#shown || hidden) {
      const lines = hidden ? ['hidden: the terminal is not in focus'] : before;
      const body = [[{ strong: heading }], [], ...lines.flatMap(wrapped)];
      return framed(this.#stage, body, hidden ? '' : 'Enter show it now');
    }
    const body: readonly Line[] = [
      [{ strong: heading }],
      [],
      ...groupLines(this.#secret),
      [],
      ...beside.flatMap(wrapped),
    ];
    return framed(
      this.#stage,
      body,
      `Enter it is written down${login ? '   l log in with it' : ''}`,
    );
  }

  idle(): void {
    this.#shown = false;
    this.#stage.redraw();
  }

  wipe(): void {
    this.#shown = false;
  }

  #inputFor(outcome: RevealOutcome): InputSink {
    return {
      byte: (byte, alone) => {
        const mayLogIn = this.#options.login && this.#shown && this.#stage.focused;
        if (byte === loginKey && alone && mayLogIn) outcome.login();
      },
      key: (key) => {
        if (key === 'interrupt') outcome.cancelled();
        else if (key === 'enter' && this.#shown) outcome.taken();
        else if (key === 'enter') this.#show();
      },
      focus: () => this.#stage.redraw(),
      foreignByte: () => undefined,
      pasteStart: () => undefined,
      pasteLineEnd: () => undefined,
      pasteControl: () => undefined,
      pasteEnd: () => undefined,
    };
  }

  #show(): void {
    this.#shown = true;
    this.#stage.redraw();
  }
}
