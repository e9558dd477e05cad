/**
 * What `$EDITOR` has left of secrets and no agent has taken yet: refused, no JSON, the editor
 * killed. In this process alone, as bytes that are zeroed once the text is saved, thrown away, or
 * another person sits here; the model knows only for which paths there is one.
 */
import { keptEditsMax } from '../../limits.ts';
import { assert } from '../../../shared/assert.ts';

export interface KeptEdit {
  /** What was stored when the text was last opened, and as which version. */
  readonly base: string;
  readonly version: number;
  readonly text: string;
}

interface KeptBytes {
  readonly base: Buffer;
  readonly version: number;
  readonly text: Buffer;
}

export class KeptEdits {
  readonly #edits = new Map<string, KeptBytes>();

  /** Whether the text of one more path could be kept. */
  hasRoom(path: string): boolean {
    return this.#edits.has(path) || this.#edits.size < keptEditsMax;
  }

  of(path: string): KeptEdit | undefined {
    const kept = this.#edits.get(path);
    if (kept === undefined) return undefined;
    const { base, version, text } = kept;
    return { base: base.toString('utf8'), version, text: text.toString('utf8') };
  }

  keep(path: string, { base, version, text }: KeptEdit): void {
    assert(this.hasRoom(path), 'it was asked before the editor opened');
    this.forget(path);
    this.#edits.set(path, { base: Buffer.from(base), version, text: Buffer.from(text) });
  }

  forget(path: string): void {
    const kept = this.#edits.get(path);
    kept?.base.fill(0);
    kept?.text.fill(0);
    this.#edits.delete(path);
  }

  forgetAll(): void {
    for (const path of this.#edits.keys()) this.forget(path);
  }
}
