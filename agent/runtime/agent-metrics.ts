/** The agent's own numbers: requests at its edges, the audit trail, the seal, alarms, disks. */
import type { AuditTrail } from '../../src/audit/trail.ts';
import type { Seal } from '../../src/seal/seal.ts';
import { type Admission, type RequestKind, requestKinds } from '../http/admission/admission.ts';
import type { ExchangeOutcome } from '../http/edge-context.ts';
import type { HttpListener } from '../http/http-listener.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { FigurePorts } from '../telemetry/agent-figures.ts';
import { type Counter, type Histogram, MetricsRegistry } from '../telemetry/metrics.ts';
import { declareProcessMetrics, watchStorageLoop } from '../telemetry/process-metrics.ts';
import { SharedLoopDelay } from '../threads/shared-loop-delay.ts';
import type { Storage } from '../threads/storage.ts';
import type { DiskWatch } from './disk-watch.ts';

const msPerSecond = 1_000;

export class AgentMetrics {
  readonly #registry = new MetricsRegistry();
  readonly #durations = new Set<{ readonly tell: (durationMs: number) => void }>();
  readonly #listeners: HttpListener[] = [];
  /** By method and status. What is counted with each request is looked up by its labels once. */
  readonly #answered = new Map<ExchangeOutcome['method'], Map<number, Counter>>();
  readonly #requestSeconds: Histogram;
  #serving = { connections: 0 };

  constructor() {
    declareProcessMetrics(this.#registry);
    this.#registry.declare('strongbox_requests_total', 'counter', 'Requests answered.');
    this.#registry.declare('strongbox_request_seconds', 'histogram', 'From head to last byte.');
    this.#registry.declare(
      'strongbox_requests_refused_total',
      'counter',
      'Requests refused at the edge because too many were under way; not in strongbox_requests.',
    );
    this.#registry.declare('strongbox_units_under_way', 'gauge', 'Requests, weighed by size.');
    this.#registry.declare('strongbox_units_limit', 'gauge', 'Above it requests are refused.');
    this.#registry.declare('strongbox_sealed', 'gauge', '1 while sealed.');
    this.#registry.declare('strongbox_connections', 'gauge', 'Open connections of a listener.');
    this.#registry.declare('strongbox_control_sockets', 'gauge', 'Open control sockets.');
    this.#registry.declare(
      'strongbox_control_unsent',
      'gauge',
      'Bytes that consoles left waiting.',
    );
    this.#registry.declare('strongbox_audit_records', 'gauge', 'Lines written in all.');
    this.#registry.declare('strongbox_audit_refused', 'gauge', 'Records refused since the start.');
    this.#registry.declare('strongbox_audit_waiting', 'gauge', 'Records waiting to be written.');
    this.#registry.declare('strongbox_audit_up', 'gauge', '1 while a device can write.');
    this.#registry.declare('strongbox_alarm', 'gauge', '1 while an alarm stands, 0 after.');
    this.#registry.declare('strongbox_disk_used_ratio', 'gauge', 'Used share of a disk, 0 to 1.');
    this.#registry.declare('strongbox_disk_free_bytes', 'gauge', 'Space left on a disk.');
    this.#requestSeconds = this.#registry.histogram('strongbox_request_seconds');
  }

  /** An answered request; bound, so that listeners can be given it. */
  readonly observe = (outcome: ExchangeOutcome): void => {
    const { method, status, durationMs } = outcome;
    this.#answeredWith(method, status).add(1);
    this.#requestSeconds.observe(durationMs / msPerSecond);
    for (const { tell } of this.#durations) tell(durationMs);
  };

  /** Tells how long each request takes; bound, as `observe`. */
  readonly watchRequests: FigurePorts['watchRequests'] = (listener) => {
    const watcher = { tell: listener };
    this.#durations.add(watcher);
    return () => void this.#durations.delete(watcher);
  };

  /** Open connections of all listeners. */
  get connections(): number {
    const own = this.#listeners.reduce((sum, { connections }) => sum + connections.open, 0);
    return own + this.#serving.connections;
  }

  /** The serving threads, which have connections of their own. */
  watchServing(serving: { readonly connections: number }): void {
    this.#serving = serving;
    this.#registry.declare(
      'strongbox_serving_connections',
      'gauge',
      'Open connections of the serving threads.',
    );
    this.#registry.beforeRead(() =>
      this.#registry.gauge('strongbox_serving_connections', serving.connections),
    );
  }

  watchAdmission(admission: Pick<Admission, 'state'>): void {
    const told = new Map<RequestKind, number>();
    this.#registry.beforeRead(() => {
      for (const kind of requestKinds) {
        const { limitUnits, underWayUnits, refused } = admission.state(kind);
        const more = refused - (told.get(kind) ?? 0);
        told.set(kind, refused);
        this.#registry.count('strongbox_requests_refused_total', { kind }, more);
        this.#registry.gauge('strongbox_units_under_way', underWayUnits, { kind });
        this.#registry.gauge('strongbox_units_limit', limitUnits, { kind });
      }
    });
  }

  watchControl(control: { readonly size: number; readonly unsentBytes: number }): void {
    this.#registry.beforeRead(() => {
      this.#registry.gauge('strongbox_control_sockets', control.size);
      this.#registry.gauge('strongbox_control_unsent', control.unsentBytes);
    });
  }

  watchSeal(seal: Seal): void {
    this.#registry.beforeRead(() => this.#registry.gauge('strongbox_sealed', seal.sealed ? 1 : 0));
  }

  watchTrail(trail: AuditTrail): void {
    this.#registry.beforeRead(() => {
      const { state, nextIndex, refused, waiting } = trail.status();
      this.#registry.gauge('strongbox_audit_records', nextIndex);
      this.#registry.gauge('strongbox_audit_refused', refused);
      this.#registry.gauge('strongbox_audit_waiting', waiting);
      this.#registry.gauge('strongbox_audit_up', state === 'working' ? 1 : 0);
    });
  }

  watchAlarms(alarms: Alarms): void {
    const raised = new Set<string>();
    this.#registry.beforeRead(() => {
      const standing = new Set(alarms.list().map(({ id }) => id));
      for (const id of standing) raised.add(id);
      for (const id of raised) {
        this.#registry.gauge('strongbox_alarm', standing.has(id) ? 1 : 0, { alarm: id });
      }
    });
  }

  /** How late the storage thread's loop is; nothing where the storage has no thread of its own. */
  watchStorage({ loopDelay }: Pick<Storage, 'loopDelay'>): void {
    if (loopDelay === undefined) return;
    watchStorageLoop(this.#registry, new SharedLoopDelay(loopDelay).reader());
  }

  watchDisks(disks: DiskWatch): void {
    this.#registry.beforeRead(() => {
      for (const { name, usedShare, freeBytes } of disks.usage) {
        this.#registry.gauge('strongbox_disk_used_ratio', usedShare, { folder: name });
        this.#registry.gauge('strongbox_disk_free_bytes', freeBytes, { folder: name });
      }
    });
  }

  watchListener(listener: HttpListener): void {
    const { address } = listener;
    this.#listeners.push(listener);
    this.#registry.beforeRead(() => {
      const { open } = listener.connections;
      this.#registry.gauge('strongbox_connections', open, { address });
    });
  }

  text(): string {
    return this.#registry.text();
  }

  #answeredWith(method: ExchangeOutcome['method'], status: number): Counter {
    const counters = this.#answered.get(method) ?? new Map<number, Counter>();
    this.#answered.set(method, counters);
    const known = counters.get(status);
    if (known !== undefined) return known;
    const counter = this.#registry.counter('strongbox_requests_total', {
      method,
      status: String(status),
    });
    counters.set(status, counter);
    return counter;
  }
}
