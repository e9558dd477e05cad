/** The field that secrets are typed into, byte by byte. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FieldInput } from '../../../console/secret-entry/field-input.ts';
import { InputDecoder, type InputSink } from '../../../console/secret-entry/input-decoder.ts';
import type { Target } from '../target.ts';

/** What a sink is told, in words; letters that follow one another are one word. */
export class Told implements InputSink {
  readonly words: string[] = [];
  #letters = false;

  byte(byte: number): void {
    const letter = String.fromCharCode(byte);
    if (this.#letters) this.words.push(`${this.words.pop() ?? ''}${letter}`);
    else this.words.push(letter);
    this.#letters = true;
  }

  foreignByte(): void {
    this.#say('foreign');
  }

  key(key: string): void {
    this.#say(`<${key}>`);
  }

  focus(focused: boolean): void {
    this.#say(focused ? '<focus>' : '<blur>');
  }

  pasteStart(): void {
    this.#say('<paste>');
  }

  pasteLineEnd(): void {
    this.#say('<line>');
  }

  pasteControl(): void {
    this.#say('<control>');
  }

  pasteEnd(): void {
    this.#say('</paste>');
  }

  #say(word: string): void {
    this.words.push(word);
    this.#letters = false;
  }
}

export function told(...chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const sink = new Told();
  const decoder = new InputDecoder(sink);
  for (const chunk of chunks) decoder.take(Buffer.from(chunk as string));
  return sink.words;
}

const sequences = ['[I', '[O', '[A', '[200~', '[201~', 'OP', '[<0;1;1M', 'q'].map(
  (rest) => `\u001b${rest}`,
);
const piece = fc.constantFrom(...'aZ \r\u007fé\u0007\u0003', ...sequences);
const inputs = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

export const cutInput = fc.property(
  inputs,
  fc.array(fc.nat({ max: 5 }), { maxLength: 60 }),
  (input, cuts) => {
    const sink = new Told();
    const decoder = new InputDecoder(sink);
    let at = 0;
    for (const cut of [...cuts, input.length]) {
      const chunk = Buffer.from(input.subarray(at, at + cut));
      at += chunk.length;
      decoder.take(chunk);
      assert.ok(chunk.every((byte) => byte === 0));
    }
    assert.deepEqual(sink.words, told(input));
  },
);

const escape = 0x1b;
const interrupt = 0x03;
const ignore = (): undefined => undefined;

export const pastes = fc.property(
  fc.uint8Array({ maxLength: 80 }),
  fc.nat(40),
  (bytes, bytesMax) => {
    const keys: string[] = [];
    const listener = { changed: ignore, focus: ignore, key: (key: string) => void keys.push(key) };
    const field = new FieldInput({ skipsBlanks: true, bytesMax: bytesMax + 1 }, listener);
    const decoder = new InputDecoder(field);
    const body = bytes.filter((byte) => byte !== interrupt && byte !== escape);
    decoder.take(Buffer.concat([Buffer.from('\u001b[200~'), body, Buffer.from('\u001b[201~')]));
    assert.deepEqual(keys, [], 'a paste presses no key');
    const taken = Buffer.from(field.field.view).toString('latin1');
    assert.ok(taken.length <= bytesMax + 1);
    if (taken === '') return;
    const whole = Buffer.from(body)
      .toString('latin1')
      .replaceAll(/[ \r\n]/gu, '');
    assert.equal(taken, whole, 'a paste is taken whole or not at all');
  },
);

export const secretEntryTargets: readonly Target[] = [
  {
    name: 'secret-entry/cut',
    claim: 'where input is cut makes no difference, and every chunk is zeroed',
    testRuns: 500,
    prepare: () => cutInput,
  },
  {
    name: 'secret-entry/paste',
    claim: 'a paste presses no key and is taken whole or not at all',
    testRuns: 500,
    prepare: () => pastes,
  },
];
