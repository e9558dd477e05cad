/**
 * Runs one screen after another at the terminal, with the clocks of input: the rest of a key's
 * sequence, the end of a paste, and nobody being there.
 */
import { assert } from '../../shared/assert.ts';
import { EntryTerminal } from './entry-terminal.ts';
import { InputDecoder, type InputSink } from './input-decoder.ts';
import { escapeWaitMs, pasteWaitMs } from './limits.ts';
import type { Scene, Stage } from './scene.ts';
import { frameColumns, frameRows } from './screen.ts';

export class EntryStage implements Stage {
  readonly title: string;
  readonly warning: string;
  readonly #terminal: EntryTerminal;
  readonly #decoder: InputDecoder;
  #scene: Scene | undefined;
  #focused = true;
  #waiting: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** Throws `entry.no-terminal`. `onEnd`: the terminal is gone. */
  constructor(title: string, warning: string, onEnd: () => void) {
    this.title = title;
    this.warning = warning;
    this.#decoder = new InputDecoder(this.#sink());
    this.#terminal = new EntryTerminal((chunk) => this.#take(chunk));
    this.#terminal.start(onEnd);
    this.#terminal.onResize(() => this.redraw());
    this.#terminal.onWoken(() => this.redraw());
  }

  get focused(): boolean {
    return this.#focused;
  }

  /** Shows a scene until it settles. What else was typed by then is dropped. */
  run<Result>(make: (settle: (result: Result) => void) => Scene): Promise<Result> {
    assert(this.#scene === undefined, 'one scene after another');
    return new Promise((resolve) => {
      const scene = make((result) => {
        if (this.#scene !== scene) return;
        scene.wipe();
        this.#scene = undefined;
        clearTimeout(this.#idle);
        resolve(result);
      });
      this.#scene = scene;
      this.#watchIdle();
      this.redraw();
    });
  }

  redraw(): void {
    const [columns, rows] = this.#terminal.size;
    const fits = columns >= frameColumns && rows >= frameRows;
    if (!fits) this.#terminal.draw([[`needs ${frameColumns}×${frameRows}, is ${columns}×${rows}`]]);
    else if (this.#scene !== undefined) this.#terminal.draw(this.#scene.draw());
  }

  /** Wipes what the scene holds and the screen, and gives the terminal back. */
  leave(): void {
    this.#scene?.wipe();
    this.#scene = undefined;
    clearTimeout(this.#idle);
    clearTimeout(this.#waiting);
    this.#terminal.leave();
  }

  #take(chunk: Uint8Array): void {
    clearTimeout(this.#waiting);
    this.#decoder.take(chunk);
    this.#watchSequence();
    this.#watchIdle();
  }

  #watchSequence(): void {
    if (this.#decoder.pasting) {
      this.#waiting = setTimeout(() => this.#decoder.endPaste(), pasteWaitMs);
    } else if (this.#decoder.incomplete) {
      this.#waiting = setTimeout(() => this.#decoder.timeOut(), escapeWaitMs);
    }
  }

  #watchIdle(): void {
    clearTimeout(this.#idle);
    const scene = this.#scene;
    if (scene !== undefined) this.#idle = setTimeout(() => scene.idle(), scene.idleMs);
  }

  /** Keys go to the scene of the moment, or to nobody between two. */
  #sink(): InputSink {
    return {
      byte: (byte, alone) => this.#scene?.input.byte(byte, alone),
      foreignByte: () => this.#scene?.input.foreignByte(),
      key: (key) => this.#scene?.input.key(key),
      focus: (focused) => {
        this.#focused = focused;
        this.#scene?.input.focus(focused);
      },
      pasteStart: () => this.#scene?.input.pasteStart(),
      pasteLineEnd: () => this.#scene?.input.pasteLineEnd(),
      pasteControl: () => this.#scene?.input.pasteControl(),
      pasteEnd: () => this.#scene?.input.pasteEnd(),
    };
  }
}
