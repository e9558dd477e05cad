/**
 * Step 5: whether the policies allow it. Deny by default. The decision comes in two parts, so that
 * nobody's body is parsed who could do nothing with it: first path and capability, then, with the
 * parameters, the whole.
 */
import { assert } from '../../../shared/assert.ts';
import type { DecidingRule, PolicyResults } from '../../../shared/audit/entry.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { constantJson } from '../../../shared/json/constant.ts';
import type { AccessRequest, Acl, Decision, DecisionReason } from '../../../shared/policy/acl.ts';
import type { OperationCapability } from '../../../shared/policy/capabilities.ts';
import type { AclRule } from '../../../shared/policy/rule-set.ts';
import type { CoreRequest } from '../request.ts';
import type { Exchange } from '../exchange.ts';

/** What a decision needs that the exchange does not hold. */
export interface Existence {
  /** Whether the thing that a write names is there. */
  exists(exchange: Exchange): Promise<boolean>;
}

const parameterReasons: ReadonlySet<DecisionReason> = new Set([
  'parameter-missing',
  'parameter-denied',
  'parameter-not-allowed',
  'wrapping-required',
  'wrapping-too-short',
  'wrapping-too-long',
]);

/**
 * The first part: throws `request.permission-denied` if no parameters could make a difference. Help
 * is for everybody with a token, as in Vault.
 */
export function requireCapability(exchange: Exchange): void {
  const { rights, request } = exchange;
  if (rights === undefined || isOpen(exchange) || request.method === 'help') return;
  const capabilities = capabilitiesFor(request.method);
  const decisions = capabilities.map((capability) => decide(exchange, rights.acl, capability));
  const hopeless = decisions.every(
    ({ allowed, reason }) => !allowed && !parameterReasons.has(reason),
  );
  const [first] = decisions;
  if (hopeless && first !== undefined) refuse(exchange, first);
}

/**
 * The second part, with the parameters: throws `request.permission-denied`. Only for a write whose
 * two kinds are decided differently it asks the engine which one it is, and answers a promise.
 */
export function authorise(exchange: Exchange, existence: Existence): Promise<void> | undefined {
  const { rights, target } = exchange;
  if (rights === undefined || target === undefined || isOpen(exchange)) return undefined;
  if (target.method !== 'write') {
    allowOrRefuse(exchange, decide(exchange, rights.acl, target.method));
    return undefined;
  }
  const create = decide(exchange, rights.acl, 'create');
  const update = decide(exchange, rights.acl, 'update');
  exchange.writeKindMatters = create.allowed !== update.allowed;
  const settle = (exists: boolean): void => {
    exchange.writeKind = exists ? 'update' : 'create';
    allowOrRefuse(exchange, exists ? update : create);
  };
  if (exchange.writeKindMatters) return existence.exists(exchange).then(settle);
  settle(true);
  return undefined;
}

/** What everybody may do without a token nobody is kept from because of the one that they send. */
function isOpen({ target }: Exchange): boolean {
  return target?.spec.anonymous === true;
}

function capabilitiesFor(
  method: Exclude<CoreRequest['method'], 'help'>,
): readonly OperationCapability[] {
  return method === 'write' ? ['update', 'create'] : [method];
}

function decide(exchange: Exchange, acl: Acl, capability: OperationCapability): Decision {
  const access: AccessRequest = {
    path: exchange.path,
    capability,
    sudo: exchange.target?.spec.sudo,
    parameters: exchange.input,
    fields: exchange.target?.spec.fields,
    wrapTtlSeconds: exchange.request.wrapTtlSeconds,
  };
  return acl.decide(access);
}

function allowOrRefuse(exchange: Exchange, decision: Decision): void {
  if (!decision.allowed) refuse(exchange, decision);
  exchange.policyResults = grantOf(decision);
}

function refuse(exchange: Exchange, decision: Decision): never {
  const [rule] = rulesOf(decision.deciding);
  const results: PolicyResults = {
    allowed: false,
    ...(rule === undefined ? {} : { denying_rule: rule }),
    reason: decision.reason,
  };
  exchange.policyResults = results;
  throw failure('request.permission-denied');
}

const rootGrant: PolicyResults = constantJson({
  allowed: true,
  granting_policies: [{ name: 'root', type: 'root' }],
});

/** What the records say of a rule that grants, for as long as the rule is kept. */
const grants = new WeakMap<AclRule, PolicyResults>();

function grantOf({ deciding, reason }: Decision): PolicyResults {
  if (reason === 'root') return rootGrant;
  assert(deciding !== undefined, 'what is granted is granted by a rule');
  const known = grants.get(deciding);
  if (known !== undefined) return known;
  const grant: PolicyResults = constantJson({
    allowed: true,
    granting_policies: rulesOf(deciding),
  });
  grants.set(deciding, grant);
  return grant;
}

/** The rule that decided, once for each policy that it comes from. */
function rulesOf(deciding: AclRule | undefined): readonly DecidingRule[] {
  return (deciding?.sources ?? []).map(({ policy, line }) => ({
    name: policy,
    type: 'acl',
    path: deciding?.path ?? '',
    line,
  }));
}
