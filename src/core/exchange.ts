/**
 * One request on its way through the pipeline. Each step fills in its part and reads those of the
 * steps before it; what is filled in is also what the audit records say of the request.
 */
import type { AuditedRequest, PolicyResults } from '../../shared/audit/entry.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import type { CanonicalPath } from '../../shared/path/canonical.ts';
import type { MountEntry } from '../namespaces/mount-entry.ts';
import { MountTable } from '../namespaces/mount-table.ts';
import type { Stamp } from '../ports/store.ts';
import type { Rights } from './core-call.ts';
import type { CoreRequest } from './request.ts';
import type { Resolution } from './steps/mount.ts';
import type { Target } from './target.ts';

const noMounts = new MountTable([]);
const nothing: JsonObject = Object.freeze(Object.create(null));
const noWarnings: readonly string[] = Object.freeze([]);

export class Exchange {
  readonly request: CoreRequest;
  /** The path as everything behind the first step sees it. */
  path: CanonicalPath;

  /** Step mount. */
  mounts: MountTable = noMounts;
  resolution: Resolution | undefined;
  /** When the store was looked at; undefined while sealed. */
  sightedAt: Stamp | undefined;

  /** Step token. */
  rights: Rights | undefined;

  /** Step policy. */
  policyResults: PolicyResults | undefined;
  /** A write of something that is there, or is not; undefined for everything else. */
  writeKind: 'create' | 'update' | undefined;
  /** The policies allow only one kind of write: the engine's transaction looks again. */
  writeKindMatters = false;
  /** Body or query: as it came, and under the names of the operation's fields. */
  body: JsonObject = nothing;
  input: JsonObject = nothing;
  /** Step audit: where the request record stands, and what it says; the second says the same. */
  note: Uint8Array | undefined;
  auditedRequest: AuditedRequest | undefined;

  /** Step engine: from here on a failure is an outcome, no longer a refusal. */
  operating = false;

  #secrets: Map<string, Uint8Array> | undefined;
  #warnings: Set<string> | undefined;

  constructor(request: CoreRequest) {
    this.request = request;
    this.path = request.path;
  }

  get target(): Target | undefined {
    return this.resolution?.target;
  }

  get mount(): MountEntry | undefined {
    return this.resolution?.mount;
  }

  /** Values of secret fields, as bytes; zeroed when the answer is there. */
  get secrets(): Map<string, Uint8Array> {
    this.#secrets ??= new Map();
    return this.#secrets;
  }

  get warnings(): readonly string[] {
    return this.#warnings === undefined ? noWarnings : [...this.#warnings];
  }

  /** Adds a line to the answer's warnings, once: a transaction may run several times. */
  warn(message: string): void {
    this.#warnings ??= new Set();
    this.#warnings.add(message);
  }

  /** Zeroes what the request brought in secret fields, and the body that they came in. */
  zeroSecrets(): void {
    for (const bytes of this.#secrets?.values() ?? []) bytes.fill(0);
    if (this.target?.spec.secretBody === true) this.request.body.fill(0);
  }

  /** Whether the request costs a use of its token. What needs no token costs none. */
  get takesUse(): boolean {
    const { target, rights } = this;
    if (target === undefined || target.spec.anonymous === true) return false;
    return (rights?.token.record.usesLeft ?? 0) > 0;
  }

  /** Whether the request changes something, and so needs its record before it is done. */
  get hasEffect(): boolean {
    return this.target?.spec.effect === true || this.takesUse;
  }
}
