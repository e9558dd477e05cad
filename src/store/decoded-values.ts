/**
 * Values in the form that their readers work with, kept by revision: what nearly every request
 * reads again (a secret's metadata, never its data) is opened and decoded once, and from then on
 * the store is only asked whether it is still current. Dropped at seal.
 */
import { decodedBytesMax, decodedValuesMax } from '../limits.ts';
import { Recent } from './recent.ts';

/** Makes a reader's form of a plaintext. The form is shared by all who read: it never changes. */
export type Decode<Form extends object> = (plaintext: Uint8Array) => Form;

/** What a view answers. */
export interface DecodedValue<Form> {
  readonly form: Form;
  /** 0 for an own write that is not committed yet. */
  readonly modRevision: number;
}

/** What a writer says that its plaintext is decoded to: the same that `decode` would make of it. */
export interface WrittenForm {
  readonly decode: Decode<object>;
  readonly form: object;
}

interface Kept extends DecodedValue<object> {
  readonly decode: Decode<object>;
  /** Of the plaintext: what the form weighs. */
  readonly bytes: number;
}

export class DecodedValues {
  readonly #kept = new Recent<Kept>({
    valuesMax: decodedValuesMax / 2,
    weightMax: decodedBytesMax / 2,
    weigh: (key, { bytes }) => key.length + bytes,
  });
  #clearings = 0;

  /** How often everything was dropped: what began before a seal keeps nothing after it. */
  get clearings(): number {
    return this.#clearings;
  }

  /** What is known of an entry, by its full key; perhaps of an older revision. */
  find<Form extends object>(key: string, decode: Decode<Form>): DecodedValue<Form> | undefined {
    const kept = this.#kept.find(key);
    return kept?.decode === decode ? (kept as unknown as DecodedValue<Form>) : undefined;
  }

  keep<Form extends object>(
    key: string,
    decode: Decode<Form>,
    decoded: DecodedValue<Form> & { readonly bytes: number },
  ): void {
    const { form, modRevision, bytes } = decoded;
    this.#kept.keep(key, { form, modRevision, bytes, decode });
  }

  clear(): void {
    this.#clearings += 1;
    this.#kept.clear();
  }
}
