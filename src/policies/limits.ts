/** Limits of stored policies. */
import { assert } from '../../shared/assert.ts';
import { aclRulesMax } from '../../shared/policy/limits.ts';

/** Names that one LIST of policies answers. */
export const policiesListMax = 100_000;
/**
 * Compiled sets of policies that are kept, and rules in all of them (about 2 KB each). Each service
 * may have a policy of its own: to compile ten rules anew for each request costs 0.4 ms.
 */
export const compiledAclsMax = 8_192;
export const compiledRulesMax = 40_000;
/** Text of all policies of a set that is compiled in one go: about 5 ms. */
export const compiledAtOnceBytes = 65_536;

assert(compiledRulesMax / 2 >= aclRulesMax, 'the largest set of policies is kept');
