/**
 * What a token is good for at this moment, for connections that outlive the request that brought
 * it. A look costs no use of the token and leaves no record: the requests that it stands behind
 * have theirs.
 */
import { isFailure } from '../../shared/errors/failure.ts';
import type { CanonicalPath } from '../../shared/path/canonical.ts';
import type { OperationCapability } from '../../shared/policy/capabilities.ts';
import type { Knowledge } from './knowledge.ts';

/** `sealed`: nobody can tell now. */
export type TokenState = 'live' | 'ended' | 'sealed';

export interface Standing {
  /** Whether the token is still good. Throws what the store throws. */
  state(token: string): Promise<TokenState>;
  /**
   * Whether the token may do this now. False for one that has ended, and while sealed. Throws what
   * the store throws.
   */
  allows(token: string, path: CanonicalPath, capability: OperationCapability): Promise<boolean>;
}

export class TokenStanding implements Standing {
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  async state(token: string): Promise<TokenState> {
    try {
      const sight = await this.#knowledge.look(token);
      return sight.token === undefined ? 'ended' : 'live';
    } catch (error) {
      if (isFailure(error, 'request.sealed')) return 'sealed';
      throw error;
    }
  }

  async allows(
    token: string,
    path: CanonicalPath,
    capability: OperationCapability,
  ): Promise<boolean> {
    try {
      const sight = await this.#knowledge.look(token);
      if (sight.token === undefined) return false;
      const acl = await this.#knowledge.acls.of(sight.token.record.policies, sight.policiesEpoch);
      return acl.decide({ path, capability }).allowed;
    } catch (error) {
      if (isFailure(error, 'request.sealed')) return false;
      throw error;
    }
  }
}
