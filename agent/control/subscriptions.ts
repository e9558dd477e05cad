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

/** Whether a socket may see a topic at this moment; while sealed nobody can tell. */
export type TopicRight = 'granted' | 'denied' | 'sealed';

export interface SubscriptionsPorts {
  readonly topics: Topics;
  readonly rightTo: (topic: TopicName) => Promise<TopicRight>;
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
  /** It has news that its socket could not be shown; `retry` asks again. */
  isWithheld: boolean;
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
    this.#open.set(topic, { topic, feed, sequence: 0, isWithheld: false });
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

  /**
   * Asks anew for what was withheld. Nobody else would: an alarm that was raised while the agent
   * was sealed may be the last change for days.
   */
  retry(): void {
    for (const subscription of this.#open.values()) subscription.isWithheld = false;
    if (this.#hasNews) this.wake();
  }

  get #hasNews(): boolean {
    return [...this.#open.values()].some(({ feed, isWithheld }) => feed.due && !isWithheld);
  }

  async #publish(): Promise<void> {
    this.#timer = undefined;
    if (this.#ports.isSlow()) return; // Whoever drains the socket wakes us.
    this.#lastMs = performance.now();
    this.#publishing = true;
    for (const subscription of this.#open.values()) {
      if (subscription.feed.due && !subscription.isWithheld) await this.#publishOne(subscription);
    }
    this.#publishing = false;
    // What came meanwhile has found nobody to wake.
    if (this.#hasNews) this.wake();
  }

  async #publishOne(subscription: Subscription): Promise<void> {
    const { topic, feed } = subscription;
    try {
      const right = await this.#rightTo(topic);
      if (right === 'denied') feed.skip();
      // Events that were given up are over; each later one is asked for.
      subscription.isWithheld = right !== 'granted' && feed.due;
      if (right !== 'granted') return;
      const update = await feed.next();
      if (update === undefined || this.#open.get(topic) !== subscription) return;
      subscription.sequence += 1;
      this.#ports.send({ sequence: subscription.sequence, ...update });
    } catch (error) {
      subscription.isWithheld = true;
      this.#ports.onError(error);
    }
  }

  async #rightTo(topic: TopicName): Promise<TopicRight> {
    return anonymousTopics.includes(topic) ? 'granted' : this.#ports.rightTo(topic);
  }
}
