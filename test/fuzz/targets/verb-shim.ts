/**
 * The shim of Vault's verbs and llhttp against llhttp alone: the same stream, once with Vault's
 * verbs through the shim, once with the stand-ins already in their places. Both must see the same
 * messages, and the shim may never touch a byte that is not a verb.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShimHarness } from '../../agent/http/connection/shim-harness.ts';
import type { Target } from '../target.ts';

const shimmed = new ShimHarness({ shim: true });
const reference = new ShimHarness({ shim: false });

const standIns = new Map([
  ['LIST', 'LINK'],
  ['SCAN', 'LOCK'],
  ['HELP', 'BIND'],
]);

/** Marks a verb's place, so that mutations of the rest do not tear it. */
export interface Piece {
  readonly text: string;
  readonly verb: boolean;
}

const verb = fc.constantFrom('GET', 'POST', 'LIST', 'SCAN', 'HELP', 'PUT');
const payload = fc.array(
  fc.constantFrom(
    'LIST ',
    'SCAN ',
    'HELP ',
    'LINK ',
    '\r\n',
    '0\r\n\r\n',
    'a',
    'GET / HTTP/1.1',
    '\0',
  ),
  { maxLength: 5 },
);
const framing = fc.constantFrom('none', 'length', 'chunked');

const message = fc.tuple(verb, framing, payload, fc.boolean()).map(([name, kind, parts, extra]) => {
  const body = parts.join('');
  const tail = `${extra ? 'X-Extra: LIST \r\n' : ''}\r\n`;
  const head = ` /v1/x HTTP/1.1\r\nHost: a\r\n`;
  if (kind === 'none') return [name, head + tail] as const;
  if (kind === 'length') {
    return [name, `${head}Content-Length: ${body.length}\r\n${tail}${body}`] as const;
  }
  return [name, `${head}Transfer-Encoding: chunked\r\n${tail}${inChunks(parts)}`] as const;
});

function inChunks(parts: readonly string[]): string {
  const chunks = parts.filter((part) => part !== '');
  return `${chunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`;
}

export const stream = fc.array(message, { minLength: 1, maxLength: 4 }).map((messages): Piece[] =>
  messages.flatMap(([name, rest]) => [
    { text: name, verb: true },
    { text: rest, verb: false },
  ]),
);

export interface Mutation {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  kind: fc.constantFrom('delete', 'insert', 'replace'),
  text: fc.constantFrom(
    '\r',
    '\n',
    ' ',
    '0',
    '5',
    'LIST ',
    '\r\n\r\n',
    'f',
    ':',
    ';',
    '\0',
    'chunked',
  ),
});

/** Applies a mutation to what is not a verb. */
export function mutate(pieces: readonly Piece[], change: Mutation): Piece[] {
  const index = 2 * Math.floor((change.at * pieces.length) / 2) + 1;
  return pieces.map((piece, position) => {
    if (position !== index) return piece;
    const offset = Math.floor(((change.at * 7_919) % 1) * piece.text.length);
    const removed = change.kind === 'insert' ? 0 : 1;
    const added = change.kind === 'delete' ? '' : change.text;
    const text = piece.text.slice(0, offset) + added + piece.text.slice(offset + removed);
    return { text, verb: false };
  });
}

export function toBytes(pieces: readonly Piece[], verbsOf: (name: string) => string): Buffer {
  const texts = pieces.map(({ text, verb: isVerb }) => (isVerb ? verbsOf(text) : text));
  return Buffer.from(texts.join(''), 'latin1');
}

export function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => Math.floor(cut * bytes.length)))].sort(
    (a, b) => a - b,
  );
  const bounds = [0, ...places.filter((place) => place > 0), bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

export const cuts = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
  maxLength: 4,
});

export const wholeStreams = fc.asyncProperty(stream, cuts, async (pieces, places) => {
  const bytes = toBytes(pieces, (name) => name);
  const ours = await shimmed.feed(split(bytes, places));
  const wanted = pieces.filter((piece) => piece.verb).map(({ text }) => text);
  assert.deepEqual(
    ours.requests.map((request) => request.verb),
    wanted,
  );
  const theirs = await reference.feed([toBytes(pieces, standIn)]);
  assert.deepEqual(
    ours.requests.map((request) => request.body),
    theirs.requests.map((request) => request.body),
  );
});

export const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });

/** `tell` hears of each stream whether the shim saw all that llhttp alone saw. */
export function mutatedStreams(
  tell: (sawAll: boolean) => void = () => undefined,
): fc.IRawProperty<unknown> {
  return fc.asyncProperty(stream, mutations, cuts, async (pieces, changes, places) => {
    const mutated = changes.reduce(mutate, pieces);
    const bytes = toBytes(mutated, (name) => name);
    const ours = await shimmed.feed(split(bytes, places));
    const theirs = await reference.feed([toBytes(mutated, standIn)]);
    // The shim may be stricter, and end earlier; it never sees more, or anything else.
    assert.ok(ours.requests.length <= theirs.requests.length, 'a message of our own making');
    for (const [index, request] of ours.requests.entries()) {
      const expected = theirs.requests[index];
      assert.equal(standIn(request.verb), expected?.verb);
      checkUnchanged(request.body, bytes);
      if (request.body === undefined || expected?.body === undefined) continue;
      assert.equal(withStandIns(request.body), withStandIns(expected.body));
    }
    tell(ours.requests.length === theirs.requests.length);
  });
}

export function standIn(name: string): string {
  return standIns.get(name) ?? name;
}

/** A verb inside a body stays as it was sent; the reference was sent the stand-in. */
function withStandIns(body: string): string {
  return [...standIns].reduce((text, [name, other]) => text.replaceAll(name, other), body);
}

/** A body that is not chunked stands in the stream as it was sent. */
function checkUnchanged(body: string | undefined, sent: Buffer): void {
  const text = sent.toString('latin1');
  if (body === undefined || text.includes('chunked')) return;
  assert.ok(text.includes(body), 'a body was rewritten');
}

export const verbShimTargets: readonly Target[] = [
  {
    name: 'verb-shim/whole',
    claim: 'well-formed streams give the same messages, wherever they are cut',
    testRuns: 500,
    prepare: () => wholeStreams,
  },
  {
    name: 'verb-shim/mutated',
    claim: 'mutated streams never give another message than llhttp alone',
    testRuns: 1_000,
    prepare: () => mutatedStreams(),
  },
];
