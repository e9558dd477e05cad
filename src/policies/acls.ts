import { failure } from '../../shared/errors/failure.ts';
import { type Acl, compileAclInSteps } from '../../shared/policy/acl.ts';
import { parsePolicy } from '../../shared/policy/parse.ts';
import { type Policy, rootPolicy } from '../../shared/policy/policy.ts';
import { finish, type Steps } from '../../shared/policy/steps.ts';
import { policyKey } from '../namespaces/layout.ts';
import type { NamespaceRecords } from '../namespaces/records.ts';
import type { Timers } from '../ports/clock.ts';
import { Recent } from '../store/recent.ts';
import { rootPolicyName } from '../tokens/token-policies.ts';
import { compiledAclsMax, compiledAtOnceBytes, compiledRulesMax } from './limits.ts';
import type { StoredPolicy } from './stored-policies.ts';
import { Turns } from './turns.ts';

/** Nobody has an identity yet: every templated rule fails closed, the others stand. */
const noIdentity = (): undefined => undefined;

/** What is kept of a set of policies. */
interface Compiled {
  readonly acl: Acl;
  readonly rules: number;
}

/**
 * The access lists of sets of policies, compiled once and kept until any policy changes. A policy
 * that a token names but that does not exist grants nothing. One that is stored but cannot be read
 * (written by a later version) could have denied something: whoever has it is refused.
 */
export class Acls {
  readonly #records: NamespaceRecords;
  /** By the names. */
  readonly #compiled = new Recent<Compiled>({
    valuesMax: compiledAclsMax / 2,
    weightMax: compiledRulesMax / 2,
    weigh: (_names, { rules }) => rules,
  });
  /** What is being compiled: requests that need the same set at the same time share it. */
  readonly #compiling = new Map<string, Promise<Acl>>();
  readonly #turns: Turns;
  #epoch = -1;

  constructor(records: NamespaceRecords, timers: Timers) {
    this.#records = records;
    this.#turns = new Turns(timers);
  }

  /**
   * The access list of these policies; at once, if it is known. `epoch` is the revision of the
   * policies' epoch entry as the request read it: what was compiled before it is forgotten. Throws
   * `policy.too-complex`, `policies.unreadable`.
   */
  of(names: readonly string[], epoch: number): Promise<Acl> | Acl {
    if (epoch !== this.#epoch) this.clear();
    this.#epoch = epoch;
    const key = names.length === 1 ? (names[0] ?? '') : names.join('\n');
    return this.#compiled.find(key)?.acl ?? this.#compiling.get(key) ?? this.#begin(key, names);
  }

  /** Forgets everything. */
  clear(): void {
    this.#compiled.clear();
    this.#compiling.clear();
    this.#epoch = -1;
  }

  #begin(key: string, names: readonly string[]): Promise<Acl> {
    const acl = this.#compile(key, names);
    this.#compiling.set(key, acl);
    const end = (): void => {
      if (this.#compiling.get(key) === acl) this.#compiling.delete(key);
    };
    acl.then(end, end);
    return acl;
  }

  async #compile(key: string, names: readonly string[]): Promise<Acl> {
    const epoch = this.#epoch;
    const stored = await this.#read(names);
    const steps = compileStored(stored, names.includes(rootPolicyName));
    const bytes = stored.reduce((sum, { text }) => sum + text.length, 0);
    const compiled = await (bytes > compiledAtOnceBytes ? this.#turns.run(steps) : finish(steps));
    // Read after the epoch was: perhaps newer than that, which the next request will see.
    if (epoch === this.#epoch) this.#compiled.keep(key, compiled);
    return compiled.acl;
  }

  async #read(names: readonly string[]): Promise<readonly StoredPolicy[]> {
    const stored = names.filter((name) => name !== rootPolicyName);
    const { records } = await this.#records.read(stored.map(policyKey));
    const policies = records.map((record) => record?.value as StoredPolicy | undefined);
    return policies.filter((policy) => policy !== undefined);
  }
}

function* compileStored(stored: readonly StoredPolicy[], withRoot: boolean): Steps<Compiled> {
  const policies: Policy[] = withRoot ? [rootPolicy] : [];
  let bytes = 0;
  for (const policy of stored) {
    policies.push(parseStored(policy));
    bytes += policy.text.length;
    if (bytes < compiledAtOnceBytes / 2) continue;
    yield;
    bytes = 0;
  }
  const rules = policies.reduce((sum, policy) => sum + policy.rules.length, 0);
  return { acl: yield* compileAclInSteps(policies, noIdentity), rules };
}

function parseStored({ name, text }: StoredPolicy): Policy {
  const { policy } = parsePolicy(name, text);
  if (policy === undefined) throw failure('policies.unreadable', { name });
  return policy;
}
