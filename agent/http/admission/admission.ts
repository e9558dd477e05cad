/**
 * Admission: whether an agent takes a request on, decided at its edges before anything is spent on
 * the request. Reads and writes have limits of their own, for one waits for the processor and the
 * other for the disk; lists and large bodies have one each, for a few of them take as long as a
 * thousand others, and would keep these out; consoles have a share that no load on the listeners
 * can use up. What an operator needs to see or end an overload is always taken on; who asks for the
 * latter in vain is read on at the pace of those who are refused (refusal-pace.ts).
 *
 * A request that is refused here has no record of its own in the audit log: it was not looked at,
 * nobody knows whose it was, and a record would cost more than the refusal. The number of them is
 * recorded once a second instead (overload-watch.ts).
 */
import type { OperationSpec, RouteMethod } from '../../../shared/api/route.ts';
import { sysRoutes } from '../../../shared/api/sys.ts';
import { failure, type StrongBoxError } from '../../../shared/errors/failure.ts';
import { BodyRoom } from './body-room.ts';
import { ConcurrencyLimit, type LimitRange } from './concurrency-limit.ts';
import {
  alwaysBodyBytesMax,
  bodyBytesPerUnit,
  bulkBodyBytesLeast,
  bulkTargetMs,
  bulkUnitsLeast,
  bulkUnitsMost,
  controlUnitsMax,
  listTargetMs,
  listUnitsLeast,
  listUnitsMost,
  readTargetMs,
  readUnitsLeast,
  readUnitsMost,
  writeTargetMs,
  writeUnitsLeast,
  writeUnitsMost,
} from './limits.ts';
import { RefusalPace } from './refusal-pace.ts';

export const requestKinds = ['read', 'list', 'write', 'bulk', 'control'] as const;
export type RequestKind = (typeof requestKinds)[number];

export interface KindState {
  readonly limitUnits: number;
  readonly underWayUnits: number;
  /** Since the start. */
  readonly refused: number;
}

/** Whoever holds one is under way. */
export interface Admitted {
  leave(): void;
}

/** What is asked, as far as admission needs to know it. */
export interface AskedOperation {
  readonly method: RouteMethod | 'help';
  /** Canonical, below `/v1/`. */
  readonly path: string;
}

const ranges: Readonly<Record<RequestKind, LimitRange>> = {
  read: { leastUnits: readUnitsLeast, mostUnits: readUnitsMost, targetMs: readTargetMs },
  list: { leastUnits: listUnitsLeast, mostUnits: listUnitsMost, targetMs: listTargetMs },
  write: { leastUnits: writeUnitsLeast, mostUnits: writeUnitsMost, targetMs: writeTargetMs },
  bulk: { leastUnits: bulkUnitsLeast, mostUnits: bulkUnitsMost, targetMs: bulkTargetMs },
  control: {
    leastUnits: controlUnitsMax,
    mostUnits: controlUnitsMax,
    targetMs: Number.POSITIVE_INFINITY,
  },
};

const always = operationsThat((spec) => spec.unaudited === true || spec.urgent === true);
const urgent = operationsThat((spec) => spec.urgent === true);
const uncounted: Admitted = { leave: () => undefined };

class Gate {
  readonly limit: ConcurrencyLimit;
  refused = 0;

  constructor(range: LimitRange) {
    this.limit = new ConcurrencyLimit(range);
  }
}

export class Admission {
  readonly pace = new RefusalPace();
  readonly bodies: BodyRoom;
  readonly #gates: Readonly<Record<RequestKind, Gate>>;

  constructor(
    limits: Partial<Record<RequestKind, LimitRange>> = {},
    bodies: BodyRoom = new BodyRoom(),
  ) {
    this.bodies = bodies;
    const { read, list, write, bulk, control } = { ...ranges, ...limits };
    this.#gates = {
      read: new Gate(read),
      list: new Gate(list),
      write: new Gate(write),
      bulk: new Gate(bulk),
      control: new Gate(control),
    };
  }

  /** Whether a request of that kind, without a body, would be refused now. */
  refuses(kind: RequestKind): boolean {
    return !this.#gates[kind].limit.hasRoom(1, performance.now());
  }

  /** Counts a request that was refused for what `refuses` says. */
  countRefused(kind: RequestKind): void {
    this.#gates[kind].refused += 1;
  }

  /** Before a body is read: throws `request.overloaded` if there is no room for it now. */
  check(operation: AskedOperation, bodyBytes: number): void {
    if (isAlwaysAdmitted(operation)) return;
    const gate = this.#gates[kindOf(operation, bodyBytes)];
    if (!gate.limit.hasRoom(unitsOf(bodyBytes), performance.now())) throw refusal(gate);
  }

  /** Takes a whole request on. Throws `request.overloaded`. */
  enter(
    operation: AskedOperation,
    bodyBytes: number,
    kind: RequestKind = kindOf(operation, bodyBytes),
  ): Admitted {
    if (isAlwaysAdmitted(operation)) return uncounted;
    const gate = this.#gates[kind];
    const units = unitsOf(bodyBytes);
    const enteredMs = performance.now();
    if (!gate.limit.enter(units, enteredMs)) throw refusal(gate);
    return {
      leave: () => {
        gate.limit.leave(units, enteredMs, performance.now());
        this.pace.served();
      },
    };
  }

  state(kind: RequestKind): KindState {
    const { limit, refused } = this.#gates[kind];
    const { limitUnits, underWayUnits } = limit;
    const givenUp = kind === 'bulk' ? this.bodies.givenUp : 0;
    return { limitUnits, underWayUnits, refused: refused + givenUp };
  }
}

/** Made once: its stack would cost as much as all the rest of a refusal, and says nothing. */
const overloaded = failure('request.overloaded');

function refusal(gate: Gate): StrongBoxError {
  gate.refused += 1;
  return overloaded;
}

function kindOf({ method }: AskedOperation, bodyBytes: number): RequestKind {
  if (method === 'list' || method === 'scan') return 'list';
  if (method === 'read' || method === 'help') return 'read';
  return bodyBytes >= bulkBodyBytesLeast ? 'bulk' : 'write';
}

function unitsOf(bodyBytes: number): number {
  return 1 + Math.floor(bodyBytes / bodyBytesPerUnit);
}

/** Whether it is what ends an emergency: seal, unseal, step-down. */
export function isUrgent({ method, path }: AskedOperation): boolean {
  return path.startsWith('sys/') && urgent.has(`${method} ${path}`);
}

/** The largest body, where others may have `requestBytesMax`. */
export function bodyBytesMax(operation: AskedOperation, requestBytesMax: number): number {
  return isAlwaysAdmitted(operation)
    ? Math.min(alwaysBodyBytesMax, requestBytesMax)
    : requestBytesMax;
}

/** What is served in every state of the agent, and what ends one. */
function isAlwaysAdmitted({ method, path }: AskedOperation): boolean {
  return path.startsWith('sys/') && always.has(`${method} ${path}`);
}

function operationsThat(are: (spec: OperationSpec) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { pattern, operations } of Object.values(sysRoutes)) {
    for (const [method, spec] of Object.entries<OperationSpec>(operations)) {
      if (are(spec)) found.add(`${method} sys/${pattern}`);
    }
  }
  return found;
}
