/**
 * Step 3: whose request it is. A token is opaque: it is looked up under its keyed hash, and good
 * only with all its ancestors. What is wrong with a bad one is never said.
 */
import { failure } from '../../../shared/errors/failure.ts';
import type { OperationSpec } from '../../../shared/api/route.ts';
import type { CanonicalPath } from '../../../shared/path/canonical.ts';
import type { Acl } from '../../../shared/policy/acl.ts';
import type { Caller } from '../../engines/engine.ts';
import type { Acls } from '../../policies/acls.ts';
import type { LiveToken } from '../../tokens/token-directory.ts';
import type { Rights } from '../core-call.ts';
import type { Exchange } from '../exchange.ts';
import type { Sight } from '../knowledge.ts';

/**
 * The caller's rights, at once if they are known; undefined on anonymous operations without a good
 * token (one that is sent to them is not needed, so a bad one does no harm). Throws
 * `request.permission-denied`.
 */
export function rightsOf(
  exchange: Exchange,
  sight: Sight,
  acls: Acls,
): Promise<Rights> | Rights | undefined {
  const spec: OperationSpec | undefined = exchange.target?.spec;
  if (sight.token === undefined) {
    if (spec?.anonymous === true) return undefined;
    throw failure('request.permission-denied');
  }
  const { token } = sight;
  const acl = acls.of(token.record.policies, sight.policiesEpoch);
  if (!(acl instanceof Promise)) return new TokenRights(token, acl, exchange.path);
  return acl.then((compiled) => new TokenRights(token, compiled, exchange.path));
}

/** The rights of a token on the path of a request; what few ask for is found out when asked. */
class TokenRights implements Rights {
  readonly token: LiveToken;
  readonly acl: Acl;
  readonly #path: CanonicalPath;

  constructor(token: LiveToken, acl: Acl, path: CanonicalPath) {
    this.token = token;
    this.acl = acl;
    this.#path = path;
  }

  get caller(): Caller {
    const { id, record } = this.token;
    const { accessor, displayName, entityId, policies } = record;
    return { tokenId: id, accessor, displayName, entityId, policies };
  }

  get privileged(): boolean {
    return this.acl.isRoot || this.acl.capabilities(this.#path).includes('sudo');
  }
}
