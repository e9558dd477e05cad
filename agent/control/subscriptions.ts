/**
 * The subscriptions of one socket. Updates go out at most ten times a second, only while the peer
 * takes what was sent before, and each only if the socket's token still has the right to it.
 */
import {
  anonymousTopics,
  type TopicName,
  type TopicSnapshot,
  type TopicUpdate,
} from '../../shared/control/topics.ts';
import type { Feed, Topics } from './feed.ts';
import { updateIntervalMs } from './limits.ts';

export interface SubscriptionsPorts {
  readonly topics: Topics;
  /** Whether the socket may see the topic at this moment. */
  readonly mayRead: (topic: TopicName) => Promise<boolean>;
  readonly send: (update: TopicUpdate) => void;
  /** Whether the peer has not taken what was sent before. */
  readonly isSlow: () => boolean;
  /** A broken source; the subscription goes on. */
  readonly onError: (error: unknown) => void;
}

interface Subscription {
  readonly topic: TopicName;
  readonly feed: Feed;
  sequence: number;
}

export class Subscriptions {
  readonly #ports: SubscriptionsPorts;
  readonly #open = new Map<TopicName, Subscription>();
  #timer: NodeJS.Timeout | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #publishing = false;
  #closed = false;

  constructor(ports: SubscriptionsPorts) {
    this.#ports = ports;
  }

  get topics(): readonly TopicName[] {
    return [...this.#open.keys()];
  }

  /** Begins, or begins anew, with the present state. The caller has checked the right. */
  async subscribe(topic: TopicName): Promise<TopicSnapshot> {
    this.unsubscribe(topic);
    const feed = this.#ports.topics[topic].open(() => this.wake());
    try {
      const snapshot = await feed.first();
      this.#begin(topic, feed);
      return snapshot;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  #begin(topic: TopicName, feed: Feed): void {
    if (this.#closed) return feed.close();
    // Another call may have subscribed meanwhile.
    this.unsubscribe(topic);
    this.#open.set(topic, { topic, feed, sequence: 0 });
    this.wake();
  }

  unsubscribe(topic: TopicName): void {
    this.#open.get(topic)?.feed.close();
    this.#open.delete(topic);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const topic of this.topics) this.unsubscribe(topic);
  }

  /** There may be something to send: a feed has news, or the peer has taken what was sent. */
  wake(): void {
    if (this.#closed || this.#timer !== undefined || this.#publishing) return;
    const waitMs = Math.max(0, this.#lastMs + updateIntervalMs - performance.now());
    this.#timer = setTimeout(() => void this.#publish(), waitMs);
  }

  async #publish(): Promise<void> {
    this.#timer = undefined;
    if (this.#ports.isSlow()) return; // Whoever drains the socket wakes us.
    this.#lastMs = performance.now();
    this.#publishing = true;
    for (const subscription of this.#open.values()) {
      if (subscription.feed.due) await this.#publishOne(subscription);
    }
    this.#publishing = false;
    // What came meanwhile has found nobody to wake.
    if ([...this.#open.values()].some(({ feed }) => feed.due)) this.wake();
  }

  async #publishOne(subscription: Subscription): Promise<void> {
    const { topic, feed } = subscription;
    try {
      if (!(await this.#mayRead(topic))) return feed.skip();
      const update = await feed.next();
      if (update === undefined || this.#open.get(topic) !== subscription) return;
      subscription.sequence += 1;
      this.#ports.send({ sequence: subscription.sequence, ...update });
    } catch (error) {
      feed.skip();
      this.#ports.onError(error);
    }
  }

  async #mayRead(topic: TopicName): Promise<boolean> {
    return anonymousTopics.includes(topic) || this.#ports.mayRead(topic);
  }
}
