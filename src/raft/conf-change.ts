/**
 * The algebra of membership changes: from a configuration and changes to the next configuration, or
 * the reason why there is none (dissertation 4.1 and 4.3, as etcd-io/raft's `confchange`).
 *
 * A simple change alters at most one voter, so that old and new majorities overlap. Anything else
 * goes through a joint configuration. A voter that becomes a learner in a joint change waits in
 * `learnersNext`, for it still votes in the outgoing half.
 */
import { assert } from '../../shared/assert.ts';
import { differenceCount, withId, withoutId } from './ids.ts';
import { emptyConf } from './tracker.ts';
import { type ConfState, type NodeId, none } from './types.ts';

export interface ConfChangeSingle {
  /** `update` changes nothing here: it carries news of a member (an address) through the log. */
  readonly type: 'add-voter' | 'add-learner' | 'remove' | 'update';
  readonly id: NodeId;
}

/**
 * Changes that take effect together. `auto` takes the simple way for one change, and otherwise a
 * joint configuration that is left by itself; the others ask for a joint one that is left by
 * itself (`joint-implicit`) or by an empty change (`joint-explicit`).
 */
export interface ConfChange {
  readonly transition: 'auto' | 'joint-implicit' | 'joint-explicit';
  readonly changes: readonly ConfChangeSingle[];
  /** Opaque: what the cluster wants to know of the new member. */
  readonly context: Uint8Array;
}

/** The change that leaves a joint configuration. */
export const leaveJointChange: ConfChange = {
  transition: 'auto',
  changes: [],
  context: new Uint8Array(),
};

/** Why a leader does not take a change now. */
export type ConfObstacle = 'pending' | 'joint' | 'not-joint' | 'impossible';

export type ConfRefusal =
  | 'config is already joint'
  | "can't make a zero-voter config joint"
  | "can't leave a non-joint config"
  | "can't apply simple config change in joint config"
  | 'removed all voters'
  | 'more than one voter changed without entering joint config';

export type ConfResult =
  | { readonly ok: true; readonly conf: ConfState }
  | { readonly ok: false; readonly refusal: ConfRefusal };

/** The next configuration by the way that the change asks for. */
export function changeConf(conf: ConfState, change: ConfChange): ConfResult {
  if (isLeaveJoint(change)) return leaveJoint(conf);
  if (change.transition === 'auto' && change.changes.length === 1) {
    return simple(conf, change.changes);
  }
  return enterJoint(conf, change.changes, change.transition !== 'joint-explicit');
}

/** Whether the change is the empty one. */
export function isLeaveJoint({ transition, changes }: ConfChange): boolean {
  return transition === 'auto' && changes.length === 0;
}

/** Changes that alter at most one voter. */
export function simple(conf: ConfState, changes: readonly ConfChangeSingle[]): ConfResult {
  if (isJoint(conf)) return refuse("can't apply simple config change in joint config");
  const next = applyAll(conf, changes);
  if (next.voters.length === 0) return refuse('removed all voters');
  if (differenceCount(conf.voters, next.voters) > 1) {
    return refuse('more than one voter changed without entering joint config');
  }
  return accept(next);
}

/** The voters so far become the outgoing half; the changes make the incoming one. */
export function enterJoint(
  conf: ConfState,
  changes: readonly ConfChangeSingle[],
  autoLeave: boolean,
): ConfResult {
  if (isJoint(conf)) return refuse('config is already joint');
  if (conf.voters.length === 0) return refuse("can't make a zero-voter config joint");
  const next = applyAll({ ...conf, votersOutgoing: conf.voters, autoLeave }, changes);
  return next.voters.length === 0 ? refuse('removed all voters') : accept(next);
}

/** The incoming half decides alone; demoted voters become learners. */
export function leaveJoint(conf: ConfState): ConfResult {
  if (!isJoint(conf)) return refuse("can't leave a non-joint config");
  const learners = conf.learnersNext.reduce(withId, conf.learners);
  return accept({ ...emptyConf, voters: conf.voters, learners });
}

/** A configuration that comes from outside (a snapshot) is sorted and holds the invariants. */
export function restoreConf(conf: ConfState): ConfState {
  const sorted = (ids: readonly NodeId[]): readonly NodeId[] => ids.reduce(withId, []);
  const restored = {
    voters: sorted(conf.voters),
    votersOutgoing: sorted(conf.votersOutgoing),
    learners: sorted(conf.learners),
    learnersNext: sorted(conf.learnersNext),
    autoLeave: conf.autoLeave,
  };
  assertConf(restored);
  return restored;
}

function isJoint(conf: ConfState): boolean {
  return conf.votersOutgoing.length > 0;
}

function applyAll(conf: ConfState, changes: readonly ConfChangeSingle[]): ConfState {
  return changes.filter(({ id }) => id !== none).reduce(applyOne, conf);
}

function applyOne(conf: ConfState, { type, id }: ConfChangeSingle): ConfState {
  switch (type) {
    case 'add-voter':
      return { ...remove(conf, id), voters: withId(conf.voters, id) };
    case 'add-learner':
      return makeLearner(conf, id);
    case 'remove':
      return remove(conf, id);
    case 'update':
      return conf;
  }
}

function makeLearner(conf: ConfState, id: NodeId): ConfState {
  if (conf.learners.includes(id)) return conf;
  const next = remove(conf, id);
  return conf.votersOutgoing.includes(id)
    ? { ...next, learnersNext: withId(next.learnersNext, id) }
    : { ...next, learners: withId(next.learners, id) };
}

function remove(conf: ConfState, id: NodeId): ConfState {
  return {
    ...conf,
    voters: withoutId(conf.voters, id),
    learners: withoutId(conf.learners, id),
    learnersNext: withoutId(conf.learnersNext, id),
  };
}

function accept(conf: ConfState): ConfResult {
  assertConf(conf);
  return { ok: true, conf };
}

function refuse(refusal: ConfRefusal): ConfResult {
  return { ok: false, refusal };
}

function assertConf(conf: ConfState): void {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = conf;
  const isVoter = (id: NodeId): boolean => voters.includes(id) || votersOutgoing.includes(id);
  assert(!learners.some(isVoter), 'a learner is no voter in either half');
  assert(
    learnersNext.every((id) => votersOutgoing.includes(id) && !voters.includes(id)),
    'who waits to become a learner votes in the outgoing half only',
  );
  assert(isJoint(conf) || learnersNext.length === 0, 'only a joint configuration has waiters');
  assert(isJoint(conf) || !autoLeave, 'only a joint configuration can be left');
}
