/**
 * One run of the world from one seed: how much goes wrong, and which switches the nodes have, are
 * drawn too, so that runs differ in kind and not only in order.
 */
import { productionSizes, productionSwitches } from '../../../../src/raft/options.ts';
import { Draw } from './draw.ts';
import type { Oracle } from './oracle.ts';
import { type Settings, World, type WorldNode } from './world.ts';

export const eventsOfRun = 1_500;
/** Some tens of election time-outs. */
const recoveryTicksMax = 200;

type Action = (world: World, node: WorldNode, draw: Draw) => void;

/** What can happen, and how often: the weights are drawn anew for each seed. */
const actions: readonly (readonly [weightMax: number, action: Action])[] = [
  [200, (world, _node, draw) => doTask(world, draw)],
  [20, (world, _node, draw) => deliverAny(world, draw, true)],
  [6, (world, _node, draw) => deliverAny(world, draw, false)],
  [10, (world, _node, draw) => void world.messages.splice(draw.below(5), 1)],
  [60, (_world, node) => node.raw?.tick()],
  [1, (_world, node) => node.raw?.campaign()],
  [3, (world, node) => world.propose(node)],
  [20, (world) => world.propose(world.leader())],
  [4, (world) => world.proposeConfChange(world.leader())],
  [6, (world, node) => world.readIndex(node)],
  [6, (world) => world.readIndex(world.leader())],
  [4, (world) => world.partition()],
  [6, (world, node) => world.compact(node)],
  [2, (world, _node, draw) => world.leader().raw?.transferLeader(draw.of(world.nodes).id)],
  [1, (_world, node) => node.raw?.forgetLeader()],
  [1, (_world, node) => node.raw?.stepDown()],
  [2, (world, node, draw) => node.raw?.reportUnreachable(draw.of(world.nodes).id)],
  [
    2,
    (world, node, draw) =>
      node.raw?.reportSnapshot(draw.of(world.nodes).id, draw.of(['success', 'failure'] as const)),
  ],
  [3, (world, node) => world.crash(node)],
  [20, (world, node) => node.raw ?? world.start(node)],
];

function doTask(world: World, draw: Draw): void {
  for (let done = 0; done < 4; done += 1) {
    const tasks = world.tasks();
    if (tasks.length > 0) draw.of(tasks)();
  }
}

function deliverAny(world: World, draw: Draw, isTaken: boolean): void {
  if (world.messages.length === 0) return;
  const position = draw.below(world.messages.length);
  const message = world.messages[position];
  if (message === undefined) return;
  if (isTaken) world.messages.splice(position, 1);
  world.deliver(message);
}

function settingsOf(draw: Draw): Settings {
  const isProduction = draw.below(2) === 0;
  const few = { electionTicks: 5, heartbeatTicks: 1, pendingSnapshotTicksMax: 8 };
  const isTight = draw.below(2) === 0;
  const sizes = isTight ? { messageBytesMax: 1, applyingBytesMax: 30 } : {};
  return {
    ...productionSizes,
    ...few,
    ...sizes,
    inflightMessagesMax: draw.of([1, 2, 256]),
    ...productionSwitches,
    ...(isProduction ? {} : otherSwitches(draw)),
  };
}

/**
 * Without pre-vote, nodes with old logs may raise each other's terms for very long; and a leader
 * that was removed and stays keeps everyone waiting.
 */
function recovers({ preVote, checkQuorum, stepDownOnRemoval }: Settings): boolean {
  return preVote && checkQuorum && stepDownOnRemoval;
}

function otherSwitches(draw: Draw): Partial<Settings> {
  const some = (): boolean => draw.below(2) === 0;
  return {
    preVote: some(),
    checkQuorum: some(),
    asyncStorageWrites: some(),
    disableProposalForwarding: some(),
    stepDownOnRemoval: some(),
  };
}

export function runSeed(seed: number): Oracle['counts'] {
  const draw = new Draw(seed);
  const settings = settingsOf(draw);
  const world = new World(draw, settings);
  const wheel = actions.flatMap(([weightMax, action]) =>
    Array.from({ length: 1 + draw.below(weightMax) }, () => action),
  );
  for (let event = 0; event < eventsOfRun; event += 1) {
    draw.of(wheel)(world, draw.of(world.nodes), draw);
    world.check();
  }
  if (recovers(settings)) world.recover(recoveryTicksMax);
  return world.oracle.counts;
}
