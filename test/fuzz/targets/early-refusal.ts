/**
 * The refusals that are given before llhttp reads a byte, against llhttp alone: the same stream,
 * once with all reads refused, once with nothing refused. Whatever is refused early must be a
 * message without a body of llhttp's own, and what is left must be the same, in the same order.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Admission } from '../../../agent/http/admission/admission.ts';
import { EarlyRefusal } from '../../../agent/http/admission/early-refusal.ts';
import { type SeenRequest, ShimHarness } from '../../agent/http/connection/shim-harness.ts';
import type { Target } from '../target.ts';
import {
  cuts,
  mutate,
  type Mutation,
  mutations,
  type Piece,
  split,
  standIn,
  stream,
  toBytes,
} from './verb-shim.ts';

const boundaries = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 });
const nothing = { leastUnits: 1, mostUnits: 1, targetMs: Number.POSITIVE_INFINITY };
const admission = new Admission({ read: nothing, list: nothing });
admission.enter({ method: 'read', path: 'a' }, 0);
admission.enter({ method: 'list', path: 'a' }, 0);
const early = new EarlyRefusal(admission, false);
const refusing = new ShimHarness({ shim: true, refuseEarly: (chunk) => early.answerTo(chunk) });
const reference = new ShimHarness({ shim: false });

/** Cut at the ends of heads and messages as `bounds` says, and elsewhere as well. */
function inParts(
  pieces: readonly Piece[],
  bounds: readonly boolean[],
  places: readonly number[],
): Buffer[] {
  const bytes = toBytes(pieces, (name) => name);
  let start = 0;
  const ends = pieces.flatMap(({ text }) => {
    const headEnd = start + text.indexOf('\r\n\r\n') + 4;
    start += text.length;
    return [headEnd, start];
  });
  const chosen = ends.filter((end, at) => end < bytes.length && bounds[at % bounds.length]);
  // Not the place itself: a fraction of the length is rounded down.
  return split(bytes, [...chosen.map((end) => (end + 0.5) / bytes.length), ...places]);
}

/** How many of `all` were left out where `some` is the rest, in order; undefined if it is not. */
function leftOut(
  all: readonly SeenRequest[],
  some: readonly SeenRequest[],
): SeenRequest[] | undefined {
  const out: SeenRequest[] = [];
  let at = 0;
  for (const each of all) {
    const next = some[at];
    if (next !== undefined && isSame(each, next)) at += 1;
    else out.push(each);
  }
  return at === some.length ? out : undefined;
}

function isSame(theirs: SeenRequest, ours: SeenRequest): boolean {
  const isBody =
    theirs.body === undefined || ours.body === undefined || theirs.body.length === ours.body.length;
  return theirs.verb === standIn(ours.verb) && theirs.target === ours.target && isBody;
}

/** `tell` hears how many were refused early. */
export function refusedStreams(
  tell: (count: number) => void = () => undefined,
): fc.IRawProperty<unknown> {
  const changes = fc.oneof(fc.constant<Mutation[]>([]), mutations);
  const input = fc.record({ pieces: stream, changes, bounds: boundaries, cuts });
  return fc.asyncProperty(
    input,
    async ({ pieces, changes: made, bounds: chosen, cuts: places }) => {
      const sent = made.reduce(mutate, pieces);
      const ours = await refusing.feed(inParts(sent, chosen, places));
      const theirs = await reference.feed([toBytes(sent, standIn)]);
      const refused = ours.statuses.filter((status) => status === 429).length;
      const missing = leftOut(theirs.requests, ours.requests);
      assert.ok(missing !== undefined, 'a message of our own making');
      const reads = missing.filter(({ verb, body }) => /^(?:GET|LINK|LOCK)$/u.test(verb) && !body);
      assert.ok(refused <= reads.length, 'what was refused was a read without a body');
      if (made.length === 0) assert.equal(refused, missing.length, 'nothing is swallowed');
      tell(refused);
    },
  );
}

export const earlyRefusalTargets: readonly Target[] = [
  {
    name: 'early-refusal',
    claim: 'what is refused before it is parsed is a read of its own, and the rest is the same',
    testRuns: 500,
    prepare: () => refusedStreams(),
  },
];
