/**
 * Typing and pasting into a secret field, by one path. A paste is taken whole or not at all and
 * never presses Enter; what does not fit or is not ASCII is said, not dropped in silence.
 */
import type { EntryKey, InputSink } from './input-decoder.ts';
import { secretFieldBytesMax } from './limits.ts';
import { SecretField } from './secret-field.ts';

export interface FieldListener {
  /** Something of the field or its notice is another. */
  changed(): void;
  key(key: Exclude<EntryKey, 'backspace' | 'clear'>): void;
  focus(focused: boolean): void;
}

interface FieldOptions {
  readonly bytesMax?: number;
  /** Blanks and line ends inside are layout, as of a share written in groups. */
  readonly skipsBlanks: boolean;
}

const blank = 0x20;

export class FieldInput implements InputSink {
  readonly field: SecretField;
  readonly #bytesMax: number;
  readonly #skipsBlanks: boolean;
  readonly #listener: FieldListener;
  /** Why something was not taken, or what was done to it. */
  notice = '';
  /** Length before the paste that runs. */
  #pasteFrom: number | undefined;
  #refusal = '';
  /** Line ends of the paste that nothing has followed yet. */
  #lineEnds = 0;

  constructor({ bytesMax = secretFieldBytesMax, skipsBlanks }: FieldOptions, to: FieldListener) {
    this.field = new SecretField(bytesMax);
    this.#bytesMax = bytesMax;
    this.#skipsBlanks = skipsBlanks;
    this.#listener = to;
  }

  byte(byte: number): void {
    if (this.#pasteFrom === undefined) this.notice = '';
    if (byte === blank && this.#skipsBlanks) return;
    if (this.#lineEnds > 0) this.#lineEndInside();
    if (!this.field.append(byte)) this.#refuse(`no more than ${this.#bytesMax} characters fit`);
    this.#changed();
  }

  foreignByte(): void {
    this.#refuse('only ASCII characters are taken; this one was not');
    this.#changed();
  }

  key(key: EntryKey): void {
    if (key === 'backspace' || key === 'clear') {
      this.field.truncate(key === 'clear' ? 0 : Math.max(0, this.field.length - 1));
      this.notice = '';
      this.#changed();
    } else this.#listener.key(key);
  }

  focus(focused: boolean): void {
    this.#listener.focus(focused);
  }

  pasteStart(): void {
    this.#pasteFrom = this.field.length;
    this.#refusal = '';
    this.#lineEnds = 0;
    this.notice = '';
    this.#listener.changed();
  }

  pasteLineEnd(): void {
    this.#lineEnds += 1;
  }

  pasteControl(): void {
    this.#refuse('it holds control characters, or its end never came');
  }

  pasteEnd(): void {
    const from = this.#pasteFrom ?? this.field.length;
    this.#pasteFrom = undefined;
    if (this.#refusal === '') {
      const lineEnd = this.#lineEnds > 0 ? ', without its line end' : '';
      this.notice = `pasted${lineEnd}: clear your clipboard now`;
    } else {
      this.field.truncate(from);
      this.notice = `paste refused: ${this.#refusal}`;
    }
    this.#lineEnds = 0;
    this.#listener.changed();
  }

  wipe(notice = ''): void {
    this.field.wipe();
    this.notice = notice;
  }

  #lineEndInside(): void {
    if (!this.#skipsBlanks) this.#refuse('it has several lines');
    this.#lineEnds = 0;
  }

  #refuse(reason: string): void {
    if (this.#pasteFrom === undefined) this.notice = reason;
    else this.#refusal ||= reason;
  }

  #changed(): void {
    if (this.#pasteFrom === undefined) this.#listener.changed();
  }
}
