/** A screen with one masked field: a pass-phrase, a token, or groups of a share typed again. */
import { safeText } from '../cli/output/safe-text.ts';
import { FieldInput } from './field-input.ts';
import { dotColumnsMax, entryIdleMs } from './limits.ts';
import { dotsFor, framed, type Scene, type Stage } from './scene.ts';
import { type Line, wrapped } from './screen.ts';

export interface FieldSceneOptions {
  readonly heading: string;
  /** Below the heading. */
  readonly text: readonly string[];
  readonly label: string;
  readonly skipsBlanks: boolean;
  readonly bytesMax?: number;
  /** Said at first. */
  readonly notice?: string;
}

export interface FieldOutcome {
  /** A copy for the receiver to zero. */
  entered(secret: Uint8Array): void;
  cancelled(reason: 'escape' | 'interrupted'): void;
}

export class FieldScene implements Scene {
  readonly idleMs: number = entryIdleMs;
  readonly input: FieldInput;
  readonly #stage: Stage;
  readonly #options: FieldSceneOptions;

  constructor(stage: Stage, options: FieldSceneOptions, outcome: FieldOutcome) {
    const { skipsBlanks, bytesMax } = options;
    this.#stage = stage;
    this.#options = options;
    this.input = new FieldInput(
      { skipsBlanks, ...(bytesMax !== undefined && { bytesMax }) },
      {
        changed: () => stage.redraw(),
        focus: () => stage.redraw(),
        key: (key) => {
          if (key === 'enter') this.#enter(outcome);
          else outcome.cancelled(key === 'escape' ? 'escape' : 'interrupted');
        },
      },
    );
    this.input.notice = options.notice ?? '';
  }

  draw(): readonly Line[] {
    const { heading, text, label } = this.#options;
    const { length } = this.input.field;
    const shown = this.#stage.focused
      ? `${dotsFor(length, dotColumnsMax)}  ${length} characters`
      : 'hidden: the terminal is not in focus';
    const body: readonly Line[] = [
      [{ strong: safeText(heading) }],
      ...text.flatMap(wrapped),
      [],
      [`${label}  ${shown}`],
      [],
      ...wrapped(this.input.notice),
    ];
    return framed(this.#stage, body, 'Enter done   Ctrl-U anew   Esc cancel');
  }

  idle(): void {
    if (this.input.field.length > 0) this.input.wipe('wiped: nobody typed for a minute');
    this.#stage.redraw();
  }

  wipe(): void {
    this.input.wipe();
  }

  #enter(outcome: FieldOutcome): void {
    if (this.input.field.length === 0) {
      this.input.notice = 'nothing was entered yet';
      this.#stage.redraw();
      return;
    }
    const secret = this.input.field.copy();
    this.input.wipe();
    outcome.entered(secret);
  }
}
