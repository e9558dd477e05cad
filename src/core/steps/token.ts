/**
 * Step 3: whose request it is. A token is opaque: it is looked up under its keyed hash, and good
 * only with all its ancestors. What is wrong with a bad one is never said.
 */
import { failure } from '../../../shared/errors/failure.ts';
import type { OperationSpec } from '../../../shared/api/route.ts';
import type { Caller } from '../../engines/engine.ts';
import type { Acls } from '../../policies/acls.ts';
import type { LiveToken } from '../../tokens/token-directory.ts';
import type { Rights } from '../core-call.ts';
import type { Exchange } from '../exchange.ts';
import type { Sight } from '../knowledge.ts';

/**
 * The caller's rights; undefined on anonymous operations without a good token (one that is sent to
 * them is not needed, so a bad one does no harm). Throws `request.permission-denied`.
 */
export async function rightsOf(
  exchange: Exchange,
  sight: Sight,
  acls: Acls,
): Promise<Rights | undefined> {
  const spec: OperationSpec | undefined = exchange.target?.spec;
  if (sight.token === undefined) {
    if (spec?.anonymous === true) return undefined;
    throw failure('request.permission-denied');
  }
  const acl = await acls.of(sight.token.record.policies, sight.policiesEpoch);
  const { path } = exchange;
  return {
    token: sight.token,
    caller: callerOf(sight.token),
    acl,
    get privileged() {
      return acl.isRoot || acl.capabilities(path).includes('sudo');
    },
  };
}

function callerOf({ id, record }: LiveToken): Caller {
  return {
    tokenId: id,
    accessor: record.accessor,
    displayName: record.displayName,
    entityId: record.entityId,
    policies: record.policies,
  };
}
