import { assert } from '../assert.ts';
import { pathBytesMax } from '../limits.ts';

/** Limits of policies: they bound what a text costs to parse, and a request to decide. */

/** A policy's text, as UTF-8. */
export const policyTextBytesMax = 262_144;
/** Rules (`path` blocks) of one policy. */
export const policyRulesMax = 1_000;
/** A rule's path as written, templates included, as UTF-8. */
export const policyPatternBytesMax = 512;
/** Templates in one rule's path. */
export const policyTemplatesMax = 8;
/** Entries of one list, and of one map of parameters. */
export const policyEntriesMax = 256;
/** Objects and lists inside of one another. */
export const policyNestingMax = 8;
/** Errors and warnings that one parse reports; the first ones are the ones that help. */
export const policyDiagnosticsMax = 20;
/** Keys and values of a policy in JSON form. */
export const policyJsonTokensMax = 100_000;
/** Rules of all policies of one token together. */
export const aclRulesMax = 20_000;
/** Rules that are worked on in one step of compiling an access list: 1 to 5 ms. */
export const aclRulesPerStep = 2_000;

assert(policyPatternBytesMax >= pathBytesMax, 'every path can be named by a rule');
assert(aclRulesMax >= policyRulesMax, 'the largest policy can be used');
