/** Entering one share: typed or pasted unseen, checked here, and sent by the key `s` alone. */
import { safeText } from '../cli/output/safe-text.ts';
import { FieldInput } from './field-input.ts';
import type { InputSink } from './input-decoder.ts';
import { dotColumnsMax, entryIdleMs } from './limits.ts';
import type { EntryCeremony } from './protocol.ts';
import { dotsFor, framed, type Scene, type Stage } from './scene.ts';
import { type Line, wrapped } from './screen.ts';
import { checkShare, type ShareCheck } from './share-check.ts';

export interface ShareOutcome {
  /** The text, zeroed when the call returns. */
  send(text: Uint8Array): void;
  cancelled(reason: 'escape' | 'interrupted'): void;
}

const sendKey = 0x73; // s

export class ShareScene implements Scene {
  readonly idleMs: number = entryIdleMs;
  readonly input: InputSink;
  readonly #fieldInput: FieldInput;
  readonly #stage: Stage;
  readonly #holder: string;
  readonly #ceremony: EntryCeremony;
  readonly #outcome: ShareOutcome;
  #check: ShareCheck | undefined;

  constructor(
    stage: Stage,
    { holder, ceremony }: { readonly holder: string; readonly ceremony: EntryCeremony },
    outcome: ShareOutcome,
  ) {
    this.#stage = stage;
    this.#holder = holder;
    this.#ceremony = ceremony;
    this.#outcome = outcome;
    this.#fieldInput = this.#makeInput();
    this.input = this.#routed(this.#fieldInput);
  }

  draw(): readonly Line[] {
    const { setId, threshold, count } = this.#ceremony;
    const body: readonly Line[] = [
      [{ strong: `Share of ${safeText(this.#holder)}` }],
      [`set ${safeText(setId)}   ${threshold} of ${count} are needed`],
      [],
      [`share  ${this.#shown()}`],
      [],
      ...this.#checkLines(),
      ...wrapped(this.#fieldInput.notice),
    ];
    const checked = this.#check?.fits === true;
    const keys = checked
      ? 's send   Backspace change   Esc cancel'
      : 'Enter check   Ctrl-U anew   Esc cancel';
    return framed(this.#stage, body, keys);
  }

  idle(): void {
    if (this.#fieldInput.field.length > 0) {
      this.#check = undefined;
      this.#fieldInput.wipe('wiped: nobody typed for a minute');
    }
    this.#stage.redraw();
  }

  wipe(): void {
    this.#fieldInput.wipe();
  }

  #makeInput(): FieldInput {
    return new FieldInput(
      { skipsBlanks: true },
      {
        changed: () => {
          this.#check = undefined;
          this.#stage.redraw();
        },
        focus: () => this.#stage.redraw(),
        key: (key) => {
          if (key === 'enter') this.#look();
          else this.#outcome.cancelled(key === 'escape' ? 'escape' : 'interrupted');
        },
      },
    );
  }

  /** A checked share takes only `s`, pressed by itself, and what changes or ends the entry. */
  #routed(field: FieldInput): InputSink {
    return {
      byte: (byte, alone) => {
        if (this.#check?.fits !== true) field.byte(byte);
        else if (byte === sendKey && alone) this.#send();
      },
      foreignByte: () => field.foreignByte(),
      key: (key) => field.key(key),
      focus: (focused) => field.focus(focused),
      pasteStart: () => field.pasteStart(),
      pasteLineEnd: () => field.pasteLineEnd(),
      pasteControl: () => field.pasteControl(),
      pasteEnd: () => field.pasteEnd(),
    };
  }

  #look(): void {
    this.#check = checkShare(this.#fieldInput.field.view, this.#ceremony.setId);
    this.#fieldInput.notice = '';
    this.#stage.redraw();
  }

  #send(): void {
    this.#outcome.send(this.#fieldInput.field.view);
    this.#fieldInput.wipe();
  }

  #shown(): string {
    const { length } = this.#fieldInput.field;
    if (!this.#stage.focused) return 'hidden: the terminal is not in focus';
    return `${dotsFor(length, dotColumnsMax)}  ${length} characters`;
  }

  #checkLines(): readonly Line[] {
    const check = this.#check;
    if (check === undefined) return [];
    if (!check.fits) return wrapped(`✗ ${check.reason}`);
    return [[check.sentence], ['fingerprint  ', { strong: check.fingerprint }]];
  }
}
