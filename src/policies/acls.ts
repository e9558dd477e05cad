import { failure } from '../../shared/errors/failure.ts';
import { type Acl, compileAcl } from '../../shared/policy/acl.ts';
import { parsePolicy } from '../../shared/policy/parse.ts';
import { type Policy, rootPolicy } from '../../shared/policy/policy.ts';
import { policyKey } from '../namespaces/layout.ts';
import type { NamespaceRecords } from '../namespaces/records.ts';
import { Recent } from '../store/recent.ts';
import { rootPolicyName } from '../tokens/token-policies.ts';
import { compiledAclsMax, compiledRulesMax } from './limits.ts';
import type { StoredPolicy } from './stored-policies.ts';

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
  #epoch = -1;

  constructor(records: NamespaceRecords) {
    this.#records = records;
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
    return this.#compiled.find(key)?.acl ?? this.#compile(key, names);
  }

  /** Forgets everything. */
  clear(): void {
    this.#compiled.clear();
    this.#epoch = -1;
  }

  async #compile(key: string, names: readonly string[]): Promise<Acl> {
    const epoch = this.#epoch;
    const policies = await this.#read(names);
    const acl = compileAcl(policies, noIdentity);
    const rules = policies.reduce((sum, policy) => sum + policy.rules.length, 0);
    // Read after the epoch was: perhaps newer than that, which the next request will see.
    if (epoch === this.#epoch) this.#compiled.keep(key, { acl, rules });
    return acl;
  }

  async #read(names: readonly string[]): Promise<readonly Policy[]> {
    const stored = names.filter((name) => name !== rootPolicyName);
    const { records } = await this.#records.read(stored.map(policyKey));
    const policies = records.map((record) => {
      const policy = record?.value as StoredPolicy | undefined;
      return policy === undefined ? [] : [parseStored(policy)];
    });
    return [...(names.includes(rootPolicyName) ? [rootPolicy] : []), ...policies.flat()];
  }
}

function parseStored({ name, text }: StoredPolicy): Policy {
  const { policy } = parsePolicy(name, text);
  if (policy === undefined) throw failure('policies.unreadable', { name });
  return policy;
}
