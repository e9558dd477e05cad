/** The parts of a replica, made and joined. What they do to each other goes through the hooks. */
import { assert } from '../../shared/assert.ts';
import { frameVersion, frameVersionMin } from '../link/frame.ts';
import { type Hello, helloObstacle } from '../link/hello.ts';
import { type LinkHost, Links } from '../link/links.ts';
import type { PeerFrame } from '../link/peer-frame.ts';
import type { LinkChannel } from '../ports/peer-link.ts';
import type { WriteDone } from '../ports/write-outcome.ts';
import type { Message, MsgStorageApplyResp } from '../raft/messages.ts';
import { productionSwitches } from '../raft/options.ts';
import { RawNode } from '../raft/raw-node.ts';
import type { NodeId, Snapshot } from '../raft/types.ts';
import { Agreement } from './agreement.ts';
import { Applier } from './applier.ts';
import { ReplicaTime } from './cluster-time.ts';
import { Intake } from './intake.ts';
import { type Condition, Leadership } from './leadership.ts';
import { LogWriter } from './log-writer.ts';
import type { MachineState } from './machine-state.ts';
import type { ReplicaOptions } from './options.ts';
import { isMember } from './members.ts';
import { PeerRegistry } from './peer-registry.ts';
import { PeerTable } from './peer-table.ts';
import { PeerTraffic } from './peer-traffic.ts';
import { Proposer } from './proposer.ts';
import { Reads } from './reads.ts';
import { SnapshotReceiver } from './snapshot-receiver.ts';
import { SnapshotSender } from './snapshot-sender.ts';
import { StableLogView } from './stable-log-view.ts';
import type { AppliedEntries } from './state-machine.ts';

export interface Parts {
  readonly node: RawNode;
  readonly logWriter: LogWriter;
  readonly applier: Applier;
  readonly proposer: Proposer;
  readonly intake: Intake;
  readonly reads: Reads;
  readonly time: ReplicaTime;
  readonly agreement: Agreement;
  readonly leadership: Leadership;
  readonly peers: PeerTable;
  readonly registry: PeerRegistry;
  readonly sender: SnapshotSender;
  readonly receiver: SnapshotReceiver;
  readonly links: Links;
  readonly traffic: PeerTraffic;
}

export interface Hooks {
  /** For the core: what it said to itself, or waited for. */
  readonly deliver: (messages: readonly Message[]) => void;
  readonly applied: (result: AppliedEntries) => void;
  readonly finished: (responses: readonly MsgStorageApplyResp[]) => void;
  /** A snapshot has taken the place of the state. */
  readonly installed: (machine: MachineState, peer: NodeId) => void;
  readonly failed: (reason: unknown) => void;
  readonly turnEnded: () => void;
}

/** Snapshot transfers of one start of a node: numbers are not used again by a later one. */
const transfersOfStart = 0x100_0000;

/** What the parts tell the outside, and each other, through links that are made last. */
type Send = (peer: NodeId, channel: LinkChannel, frame: PeerFrame) => boolean;

export function buildParts(options: ReplicaOptions, machine: MachineState, hooks: Hooks): Parts {
  const { identity, ports, hash, sizes, emit, draw } = options;
  const send: Send = (peer, channel, frame) => links.send(peer, channel, frame);
  const applier = new Applier(ports.state, machine, hash, hooks);
  const node = buildNode(options, applier);
  const receiver = buildReceiver(options, hooks, send);
  const sender = buildSender(options, hooks, node, send);
  const logWriter = buildLogWriter(options, hooks, receiver);
  const peers = new PeerTable(sizes.electionTicks);
  const leadership = buildLeadership(options, { node, peers, logWriter, applier });
  const agreement = new Agreement(identity.node);
  agreement.setOwn(machine.checkpoints);
  const own = {
    node,
    logWriter,
    applier,
    receiver,
    sender,
    leadership,
    peers,
    agreement,
    registry: new PeerRegistry(),
    proposer: new Proposer({
      node: identity.node,
      start: identity.startCounter,
      nonce: identity.startNonce,
    }),
    intake: new Intake(),
    reads: new Reads(identity.startCounter),
    time: new ReplicaTime(ports.clock, machine.clusterTimeMs),
  };
  const latencyMs = (): number => logWriter.latencyMs;
  const hasState = (): boolean => applier.machine.applied.index > 0;
  const isKnown = (peer: NodeId): boolean => {
    const { conf } = applier.machine;
    return isMember(conf, peer) || (!hasState() && options.contacts.includes(peer));
  };
  const traffic = new PeerTraffic({ ...own, latencyMs, hasState, isKnown, send, emit });
  const host = linkHost(options, { ...own, traffic }, hooks);
  const links: Links = new Links({ self: identity.node, port: ports.link, host, draw });
  return { ...own, traffic, links };
}

function buildNode(options: ReplicaOptions, applier: Applier): RawNode {
  const { identity, ports, sizes, draw, emit } = options;
  const { electionTicks, heartbeatTicks } = identity.timings;
  assert(electionTicks === sizes.electionTicks, 'peers are told the timings that are in force');
  assert(heartbeatTicks === sizes.heartbeatTicks, 'peers are told the timings that are in force');
  return new RawNode({
    ...productionSwitches,
    ...sizes,
    id: identity.node,
    stableLog: new StableLogView(ports.log, () => applier.machine),
    applied: applier.machine.applied.index,
    draw,
    emit: (event) => emit({ type: 'raft', event }),
  });
}

function buildReceiver(options: ReplicaOptions, hooks: Hooks, send: Send): SnapshotReceiver {
  const { ports, hash, emit } = options;
  return new SnapshotReceiver(ports.state, hash, {
    send: (peer, frame) => void send(peer, 'bulk', frame),
    complete: (message) => hooks.deliver([message]),
    told: (peer, snapshot, step) => emit({ type: 'snapshot', peer, snapshot, step }),
    damaged: (peer, offset) => emit({ type: 'chunk-damaged', peer, offset }),
    failed: hooks.failed,
    turnEnded: hooks.turnEnded,
  });
}

function buildSender(
  { ports, hash, emit, identity }: ReplicaOptions,
  { failed, turnEnded }: Hooks,
  node: RawNode,
  send: Send,
): SnapshotSender {
  return new SnapshotSender(ports.state, hash, identity.startCounter * transfersOfStart + 1, {
    send: (peer, frame) => send(peer, 'bulk', frame),
    report: (peer, report) => node.reportSnapshot(peer, report),
    told: (peer, snapshot, step) => emit({ type: 'snapshot', peer, snapshot, step }),
    failed,
    turnEnded,
  });
}

function buildLogWriter(
  { ports }: ReplicaOptions,
  hooks: Hooks,
  receiver: SnapshotReceiver,
): LogWriter {
  const install = (snapshot: Snapshot, done: WriteDone): void =>
    receiver.install(snapshot, (outcome) => {
      if (outcome.kind === 'done') {
        const { machine, peer } = receiver.takeInstalled();
        hooks.installed(machine, peer);
      }
      done(outcome);
    });
  const { deliver, failed, turnEnded } = hooks;
  return new LogWriter(ports.log, ports.clock, { deliver, install, failed, turnEnded });
}

function buildLeadership(
  options: ReplicaOptions,
  parts: Pick<Parts, 'node' | 'peers' | 'logWriter' | 'applier'>,
): Leadership {
  const { node, peers, logWriter, applier } = parts;
  const condition = (): Condition => ({
    isLogFull: logWriter.isFull,
    isStateFull: applier.isFull,
    writingTicks: logWriter.writingTicks,
    latencyMs: logWriter.latencyMs,
  });
  const { electionTicks } = options.sizes;
  const { fit, emit } = options;
  return new Leadership({ node, peers, condition, electionTicks, fit, emit });
}

function linkHost(
  { identity, ports, emit }: ReplicaOptions,
  parts: Omit<Parts, 'links'>,
  hooks: Hooks,
): LinkHost {
  const { applier, registry, node, traffic, sender, proposer } = parts;
  const makeHello = (channel: LinkChannel): Hello => {
    const index = ports.log.lastIndex();
    const last = { term: ports.log.term(index) ?? 0, index };
    const { term } = node.raft;
    const versions = { versionMin: frameVersionMin, versionMax: frameVersion };
    return { ...identity, ...versions, channel, term, last };
  };
  return {
    makeHello,
    obstacle: (peer, hello) =>
      helloObstacle(identity, hello, peer) ?? registry.obstacle(hello, applier.machine),
    received: (peer, frame) => traffic.received(peer, frame),
    up: (peer, channel) => {
      emit({ type: 'link-up', peer, channel });
      if (channel === 'bulk') sender.linkUp(peer);
      // What was forwarded over the old connection may be lost with it.
      if (channel === 'bulk' && node.raft.lead === peer) proposer.resend();
    },
    down: (peer, channel, reason) => {
      emit({ type: 'link-down', peer, channel, reason });
      if (channel === 'bulk') node.reportUnreachable(peer);
    },
    turnEnded: hooks.turnEnded,
  };
}
