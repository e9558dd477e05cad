/** A decision in words: which rule of which policy decided, and what was missing. */
import type { Decision, DecisionReason, UnresolvedRule } from './acl.ts';
import type { AclRule } from './rule-set.ts';

type Sentence = (decision: Decision) => string;

const SENTENCES: Readonly<Record<DecisionReason, Sentence>> = {
  root: () => 'the root policy allows everything',
  granted: ({ capability }) => `it grants "${capability}"`,
  'no-rule': ({ path }) => `no rule matches "${path}"`,
  denied: () => 'it denies',
  'template-unresolved': () => 'it could not be rendered, so it denies everything under this path',
  'capability-missing': ({ capability, capabilities }) =>
    `it grants ${listOf(capabilities)}, not "${capability}"`,
  'sudo-missing': ({ capability }) =>
    `it grants "${capability}", but this operation also needs "sudo"`,
  'parameter-missing': ({ parameter }) => `it requires the parameter "${parameter}"`,
  'parameter-denied': ({ parameter }) => `it denies the parameter "${parameter}" or its value`,
  'parameter-not-allowed': ({ parameter }) =>
    parameter === '*'
      ? 'it does not allow one of the parameters'
      : `it does not allow the value of the parameter "${parameter}"`,
  'wrapping-required': () => 'it requires that the answer is wrapped',
  'wrapping-too-short': () => 'it requires that the answer is wrapped for longer',
  'wrapping-too-long': () => 'it requires that the answer is wrapped for a shorter time',
};

/**
 * One line for the decision; for a denial also one for each rule that could not be rendered and
 * might have spoken of this path:
 *
 *     denied: rule "secret/app/*" (policy "app", line 3) decides: it grants "list", not "read"
 */
export function explain(decision: Decision): string {
  const verdict = decision.allowed ? 'allowed' : 'denied';
  const sentence = SENTENCES[decision.reason](decision);
  const rule = decision.deciding === undefined ? '' : `${ruleText(decision.deciding)} decides: `;
  const notes = decision.unresolved.filter((unresolved) => mightMatch(unresolved, decision));
  return [`${verdict}: ${rule}${sentence}`, ...notes.map(unresolvedText)].join('\n');
}

/** The literal beginning of the rule leads to the path; a `+` in it may stand for anything. */
function mightMatch({ path }: UnresolvedRule, decision: Decision): boolean {
  const [literal = ''] = path.split(/\{\{|\+/, 1);
  return !decision.allowed && decision.path.startsWith(literal);
}

function ruleText({ path, sources }: AclRule): string {
  const places = sources.map(({ policy, line }) => `policy "${policy}", line ${line}`);
  return `rule "${path}" (${places.join('; ')})`;
}

function unresolvedText({ path, policy, line, key, problem, effect }: UnresolvedRule): string {
  const consequence =
    effect === 'grants-nothing'
      ? 'grants nothing'
      : 'denies everything under its literal beginning';
  return `note: rule "${path}" (policy "${policy}", line ${line}) ${consequence}: ${key} ${problem}`;
}

function listOf(capabilities: readonly string[]): string {
  if (capabilities.length === 0) return 'nothing';
  return capabilities.map((capability) => `"${capability}"`).join(', ');
}
