/**
 * What a fuzz target is: a claim about something that reads input, and the property that tries to
 * break it. The mirrored unit tests, the bounded test of all targets and the long campaign
 * (`npm run fuzz`) run the same properties.
 */
import type { TestContext } from 'node:test';
import fc from 'fast-check';

/** Where a target says what is to be done when it is over; a test's context is one. */
export type AtEnd = Pick<TestContext, 'after'>;

export interface Target {
  /** What reads, a slash, and what it is given. */
  readonly name: string;
  /** What holds, as a sentence. */
  readonly claim: string;
  /** Runs in the bounded test: fewer where one run is dear. */
  readonly testRuns: number;
  prepare(end: AtEnd): fc.IRawProperty<unknown> | Promise<fc.IRawProperty<unknown>>;
}

/** Texts of pieces, in any order: nearly right more often than random characters are. */
export function textOf(pieces: readonly string[], piecesMax: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength: piecesMax }).map((all) => all.join(''));
}

/** One change of bytes: some are removed at a place (a fraction of the length), others put in. */
interface Edit {
  readonly place: number;
  readonly removed: number;
  readonly added: Uint8Array;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  removed: fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: 60 })),
  added: fc.uint8Array({ maxLength: 8 }),
});

/** Bytes that are changed in a few places, and the first place that is not as it was. */
export function damaged(
  good: Uint8Array,
): fc.Arbitrary<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly firstChange: number }> {
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    const bytes = edits.reduce(applyEdit, Uint8Array.from(good));
    let firstChange = 0;
    while (firstChange < good.length && good[firstChange] === bytes[firstChange]) firstChange += 1;
    return { bytes, firstChange };
  });
}

function applyEdit(
  bytes: Uint8Array<ArrayBuffer>,
  { place, removed, added }: Edit,
): Uint8Array<ArrayBuffer> {
  const at = Math.floor(place * bytes.length);
  return Uint8Array.from([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + removed)]);
}
