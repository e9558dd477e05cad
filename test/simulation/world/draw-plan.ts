/**
 * Plans from seeds, in a swarm: which kinds of faults there are at all, and how often, differs from
 * seed to seed. A world with everything at once finds less than many worlds with a few things each
 * (Groce et al., "Swarm Testing").
 */
import type { NodeId } from '../../../src/raft/types.ts';
import { Chance } from './chance.ts';
import type { DiskPlan } from './disk.ts';
import type { NetworkPlan } from './network.ts';
import {
  type ClientPlan,
  type Fault,
  type FaultKind,
  type Plan,
  type SizesPlan,
  whoeverLeads,
} from './plan.ts';

/** How many of a kind there are at most, in a second of chaos. */
const coreFaultsPerSecond: readonly (readonly [FaultKind, number])[] = [
  ['crash', 4],
  ['isolate', 2],
  ['deafen', 2],
  ['mute', 2],
  ['split', 2],
  ['slow-path', 2],
  ['slow-disk', 2],
  ['full-disk', 1],
  ['failing-disk', 1],
  ['stall', 2],
  ['clock-jump', 2],
  ['transfer', 4],
  ['change-members', 6],
  ['replace-member', 3],
  ['campaign', 2],
  ['forget-leader', 2],
  ['compact', 8],
  ['damage-log', 0.2],
];

/** Needs a driver: the bare core knows no seal, and takes a lost disk for an honest one. */
const driverFaultsPerSecond: readonly (readonly [FaultKind, number])[] = [
  ...coreFaultsPerSecond.filter(([kind]) => kind !== 'forget-leader' && kind !== 'campaign'),
  ['seal', 4],
  ['lose-disk', 1],
  ['restore-image', 1],
];

export function drawPlan(seed: number, tier: Plan['tier']): Plan {
  const chance = new Chance(`plan ${seed}`);
  const voters = chance.of([1, 3, 3, 3, 5]);
  const spares = chance.of([0, 1, 2]);
  const sizes = drawSizes(chance, tier);
  const chaosMs = chance.between(1_000, 3_000);
  const ids = Array.from({ length: voters + spares }, (_, position) => position + 1);
  const faults = drawFaults(chance, { tier, ids, chaosMs });
  return {
    seed,
    tier,
    voters,
    spares,
    tickMs: 50,
    sizes,
    network: drawNetwork(chance),
    disk: drawDisk(chance),
    applyMeanUs: chance.of([0, 500, 5_000]),
    trailingEntries: chance.of([0, 2, 20]),
    driftPermilleMax: chance.of([0, 10, 200]),
    clients: drawClients(chance, tier),
    chaosMs,
    faults,
    // Every node of every world in turn, and none.
    deadNode: voters >= 3 ? seed % (voters + 1) : 0,
  };
}

function drawSizes(chance: Chance, tier: Plan['tier']): SizesPlan {
  // The driver has production's times; the core alone may have shorter ones, and lives faster.
  const electionTicks = tier === 'core' ? chance.of([3, 3, 5, 12]) : 12;
  return {
    electionTicks,
    heartbeatTicks: electionTicks === 12 ? 2 : 1,
    pendingSnapshotTicksMax: 4 * electionTicks,
    // With one entry in a message, commits of earlier terms and long probes become likely.
    messageBytesMax: chance.of([1, 1, 200, 1_048_576]),
    applyingBytesMax: chance.of([1, 8_388_608]),
    inflightMessagesMax: chance.of([1, 2, 128]),
  };
}

function drawNetwork(chance: Chance): NetworkPlan {
  return {
    delayMinUs: chance.of([50, 500, 5_000]),
    delayMeanUs: chance.of([200, 2_000, 30_000]),
    lossPermille: chance.of([0, 0, 20, 200]),
    doublePermille: chance.of([0, 0, 20, 200]),
  };
}

function drawDisk(chance: Chance): DiskPlan {
  return {
    writeMeanUs: chance.of([200, 2_000, 20_000]),
    survivesCrashPermille: chance.of([0, 500, 900]),
  };
}

function drawClients(chance: Chance, tier: Plan['tier']): ClientPlan {
  return {
    // The driver's messages are real frames, and cost more.
    count: chance.between(1, tier === 'core' ? 6 : 3),
    keys: chance.between(1, 4),
    pauseMeanUs: chance.of([5_000, 20_000, 80_000]),
    timeoutMs: chance.of([300, 1_000, 3_000]),
    readPermille: chance.of([100, 500]),
    conditionalPermille: chance.of([0, 400]),
  };
}

interface FaultRoom {
  readonly tier: Plan['tier'];
  readonly ids: readonly NodeId[];
  readonly chaosMs: number;
}

function drawFaults(chance: Chance, { tier, ids, chaosMs }: FaultRoom): readonly Fault[] {
  const kinds = tier === 'core' ? coreFaultsPerSecond : driverFaultsPerSecond;
  const faults: Fault[] = [];
  for (const [kind, perSecond] of kinds) {
    // Half of the kinds are not there at all.
    if (chance.permille(500)) continue;
    const count = chance.below(Math.ceil((perSecond * chaosMs) / 1_000) + 1);
    for (let made = 0; made < count; made += 1) {
      const forMs = chance.of([20, 200, 1_500]);
      faults.push({
        atMs: chance.below(chaosMs),
        kind,
        // Whoever leads is hit as often as all others together.
        node: chance.permille(500) ? whoeverLeads : chance.of(ids),
        other: chance.of(ids),
        forMs: 1 + chance.below(forMs),
      });
    }
  }
  return faults.sort((left, right) => left.atMs - right.atMs);
}
