/**
 * Follows an agent's audit log over the control channel: first some older records, where the token
 * may read them, then every new one. Nothing is lost between the two, and what this end was too
 * slow for is counted.
 */
import { auditReadLinesMax } from '../../shared/control/limits.ts';
import type { TopicUpdate } from '../../shared/control/topics.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { ControlPlace } from './control-dial.ts';
import { ControlRefusal } from './control-problem.ts';
import { ControlSession, type SessionEnd } from './control-session.ts';
import { EarlyLines } from './early-lines.ts';
import { endpointText } from './endpoint.ts';

export interface LiveAuditOptions {
  readonly place: ControlPlace;
  readonly token: string | undefined;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Older records that are told first. */
  readonly lines: number;
  /** A line as it stands in the log: not safe for a terminal. */
  readonly onLine: (line: string) => void;
  /** So many lines came too fast. */
  readonly onDropped: (count: number) => void;
  /** The token may not read older records. */
  readonly onNewOnly: () => void;
}

/**
 * Resolves when the signal aborts. Throws what dialling throws, `client.denied`, `client.sealed`,
 * `client.refused`, and `client.control-closed` when the channel ends before.
 */
export async function followAudit(options: LiveAuditOptions): Promise<void> {
  const { place, signal } = options;
  let onEnd: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    onEnd = resolve;
  });
  const follower = new Follower(options);
  const session = await ControlSession.dial(place, {
    onUpdate: (update) => follower.take(update),
    onHeard: () => undefined,
    onEnd,
  });
  const close = (): void => session.close();
  signal.addEventListener('abort', close);
  try {
    if (!signal.aborted) await refusalsAsFailures(() => follower.begin(session));
    else close();
    const { reason } = await ended;
    if (signal.aborted) return;
    throw failure('client.control-closed', { endpoint: endpointText(place.endpoint), reason });
  } catch (error) {
    // Calls that were under way when it was told to end are refused; that is no failure.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

class Follower {
  readonly #options: LiveAuditOptions;
  /** Until the older records are told. */
  #early: EarlyLines | undefined = new EarlyLines();

  constructor(options: LiveAuditOptions) {
    this.#options = options;
  }

  async begin(session: ControlSession): Promise<void> {
    const { token, lines } = this.#options;
    if (token !== undefined) await session.call('authenticate', { token });
    const { snapshot } = await session.call('subscribe', { topic: 'audit' });
    if (snapshot.kind === 'audit' && lines > 0) {
      await this.#tellOlder(session, snapshot.node, snapshot.next);
    }
    const early = this.#early?.take();
    this.#early = undefined;
    if (early !== undefined) this.#tell(early.lines, early.dropped);
  }

  take(update: TopicUpdate): void {
    if (update.topic !== 'audit') return;
    if (this.#early === undefined) this.#tell(update.lines, update.dropped);
    else this.#early.keep(update.lines, update.dropped);
  }

  /** The last records before the one that the subscription begins with. */
  async #tellOlder(session: ControlSession, node: string, next: number): Promise<void> {
    const count = Math.min(this.#options.lines, next, auditReadLinesMax);
    if (count === 0) return;
    try {
      const from = next - count;
      const page = await session.call('audit.read', { node, from, lines: count });
      for (const line of page.lines) this.#options.onLine(line);
    } catch (error) {
      if (!(error instanceof ControlRefusal)) throw error;
      this.#options.onNewOnly();
    }
  }

  #tell(lines: readonly string[], dropped: number): void {
    if (dropped > 0) this.#options.onDropped(dropped);
    for (const line of lines) this.#options.onLine(line);
  }
}

async function refusalsAsFailures(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    const { status, message, code } = error.problem;
    const details = { operation: 'read', path: 'sys/control/audit', status, reason: message };
    if (code === 'request.sealed') throw failure('client.sealed', details);
    if (status === 403) throw failure('client.denied', details);
    throw failure('client.refused', details);
  }
}
