/**
 * An agent's side of the control channel that a test plays: it answers every subscription, pushes
 * updates as often as wanted, pings, and counts what comes back.
 */
import type { TopicName, TopicSnapshot } from '../../shared/control/topics.ts';
import { type Call, ControlStandIn } from './control-stand-in.ts';

export interface FeedNames {
  readonly clusterName: string;
  readonly nodeIds: readonly string[];
}

const plainNames: FeedNames = { clusterName: 'feed', nodeIds: ['node-1', 'node-2', 'node-3'] };

export class ConsoleFeed implements AsyncDisposable {
  readonly #standIn: ControlStandIn;
  readonly #names: FeedNames;
  readonly #sequences = new Map<TopicName, number>();
  /** What was sent, and what came back of the console's worker thread. */
  pings = 0;
  pongs = 0;
  /** Of the newest state that was sent. */
  revision = 0;

  private constructor(standIn: ControlStandIn, names: FeedNames) {
    this.#standIn = standIn;
    this.#names = names;
  }

  static async start(names: FeedNames = plainNames): Promise<ConsoleFeed> {
    const standIn = await ControlStandIn.start((call) => answerTo(call, names));
    return new ConsoleFeed(standIn, names);
  }

  get socket(): string {
    return this.#standIn.path;
  }

  /** Sends a new state of the cluster so often; the returned function ends that. */
  updateEvery(intervalMs: number): () => void {
    const timer = setInterval(() => {
      this.revision += 1;
      this.#send('cluster', clusterSnapshot(this.revision, this.#names));
    }, intervalMs);
    return () => clearInterval(timer);
  }

  /** Pings the console so often, and counts the answers from now on. */
  pingEvery(intervalMs: number): () => void {
    const { socket } = this.#standIn;
    const count = (): void => {
      this.pongs += 1;
    };
    socket.on('pong', count);
    const timer = setInterval(() => {
      this.pings += 1;
      socket.ping();
    }, intervalMs);
    return () => {
      clearInterval(timer);
      socket.off('pong', count);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#standIn[Symbol.asyncDispose]();
  }

  #send(topic: TopicName, snapshot: TopicSnapshot): void {
    const sequence = (this.#sequences.get(topic) ?? 0) + 1;
    this.#sequences.set(topic, sequence);
    const params = { sequence, topic, snapshot };
    this.#standIn.send({ jsonrpc: '2.0', method: 'update', params });
  }
}

function answerTo(
  { method, params }: Call,
  names: FeedNames,
): { readonly result: unknown } | { readonly error: unknown } {
  const topic = String(params['topic']);
  if (method === 'subscribe' && topic === 'cluster') {
    return { result: { topic, snapshot: clusterSnapshot(0, names) } };
  }
  if (method === 'subscribe' && topic === 'ceremony') {
    return { result: { topic, snapshot: ceremonySnapshot() } };
  }
  if (method === 'presence') return { result: { participant: 'p-1' } };
  const data = { code: 'request.denied', status: 403 };
  return { error: { code: -32_000, message: 'permission denied', data } };
}

function clusterSnapshot(revision: number, names: FeedNames): TopicSnapshot {
  return {
    kind: 'cluster',
    capturedAtMs: Date.now(),
    clusterName: names.clusterName,
    clusterId: 'feed-1',
    initialised: true,
    self: names.nodeIds[0] ?? '',
    nodes: names.nodeIds.map((id, index) => ({
      id,
      sealed: true,
      role: index === 0 ? 'leader' : 'follower',
      term: 1,
      revision,
      lag: 0,
      version: '0.1.0',
      startedAtMs: Date.now(),
      storage: 'embedded',
      ageMs: 0,
      audit: { devices: 1, working: 1, index: revision },
      alarm: undefined,
      certificateUntilMs: undefined,
    })),
  };
}

function ceremonySnapshot(): TopicSnapshot {
  return {
    kind: 'ceremony',
    ceremony: 'unseal',
    state: 'waiting',
    nonce: 'nonce-1',
    publicKey: '',
    setId: 'set-1',
    threshold: 2,
    count: 3,
    entered: [],
    deadlineAtMs: undefined,
    attempt: 1,
    participants: [],
    events: [],
  };
}
