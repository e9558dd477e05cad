/** Unseal shares, as people type them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import {
  decodeShare,
  encodeFramedShare,
  encodeRawShare,
  type FramedShare,
} from '../../../shared/share/share.ts';
import type { Target } from '../target.ts';

/** What a share is read as, or the code of its refusal. */
export function codeOf(input: Uint8Array): string {
  try {
    return decodeShare(input).kind;
  } catch (error) {
    assert.ok(error instanceof StrongBoxError, String(error));
    return error.code;
  }
}

export const anyBytes = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
  const before = Uint8Array.from(bytes);
  assert.match(codeOf(bytes), /^(framed|raw|share\.[a-z-]+)$/);
  assert.deepEqual(bytes, before, 'the input is left as it was');
});

const plain = { noNullPrototype: true };
const bytesOf = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Uint8Array.from(bytes));

const framed: fc.Arbitrary<FramedShare> = fc.integer({ min: 2, max: 255 }).chain((count) =>
  fc.record(
    {
      kind: fc.constant('framed' as const),
      secret: bytesOf(32),
      setId: bytesOf(8),
      threshold: fc.integer({ min: 2, max: count }),
      count: fc.constant(count),
      index: fc.integer({ min: 1, max: count }),
    },
    plain,
  ),
);

const raw = fc.record(
  {
    kind: fc.constant('raw' as const),
    secret: bytesOf(32),
    index: fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined }),
  },
  plain,
);

const roundTrip = fc.property(framed, raw, (first, second) => {
  assert.deepEqual(decodeShare(encodeFramedShare(first)), first);
  const bytes = Buffer.from(encodeRawShare(second));
  for (const form of ['hex', 'base64', 'base64url'] as const) {
    assert.deepEqual(decodeShare(Buffer.from(bytes.toString(form))), second, form);
  }
});

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const prefixLength = 'sbx1'.length;
const change = fc.tuple(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(...alphabet),
);

/** Bech32m finds up to four wrong characters (BIP 350), whichever they are. */
export const mistyped = fc.property(
  framed,
  fc.array(change, { minLength: 1, maxLength: 4 }),
  (share, changes) => {
    const right = Buffer.from(encodeFramedShare(share)).toString('latin1');
    const characters = [...right];
    for (const [place, character] of changes) {
      const at = prefixLength + Math.floor(place * (right.length - prefixLength));
      characters[at] = character;
    }
    const typed = characters.join('');
    fc.pre(typed !== right);
    assert.equal(codeOf(Buffer.from(typed)), 'share.checksum');
  },
);

export const shareTargets: readonly Target[] = [
  {
    name: 'share/any-bytes',
    claim: 'any bytes are a share or a registered refusal, and are left as they were',
    testRuns: 1_000,
    prepare: () => anyBytes,
  },
  {
    name: 'share/round-trip',
    claim: 'a share reads as it was written, in each of its forms',
    testRuns: 300,
    prepare: () => roundTrip,
  },
  {
    name: 'share/mistyped',
    claim: 'up to four mistyped characters of a framed share are found',
    testRuns: 500,
    prepare: () => mistyped,
  },
];
