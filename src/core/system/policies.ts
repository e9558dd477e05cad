/** `sys/policy` and `sys/policies/acl`: the stored policies. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { decodeBase64 } from '../../../shared/encoding/base64.ts';
import { utf8Decode } from '../../../shared/encoding/utf8.ts';
import { failure, isFailure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { diagnosticProblem } from '../../../shared/policy/diagnostics.ts';
import { parsePolicy, parsePolicyOrThrow } from '../../../shared/policy/parse.ts';
import { formatTime } from '../../../shared/units/time.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import {
  deletePolicy,
  listPolicies,
  readPolicy,
  type StoredPolicy,
  writePolicy,
} from '../../policies/stored-policies.ts';
import { checkedPolicyName, rootPolicyName } from '../../tokens/token-policies.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';

type Routes = typeof sysRoutes;
type PolicyFields = FieldsOf<Routes['policy']['operations']['write']['fields']>;
type NameCall<Fields> = CoreCall<{ readonly name: string }, Fields>;

/** `sys/policy` (older, with `rules`) and `sys/policies/acl`. */
export function policyHandlers(): CoreHandlerGroup<
  Routes,
  'policies' | 'policy' | 'aclPolicies' | 'aclPolicy'
> {
  const listBoth = async (call: CoreCall<unknown, unknown>): Promise<CoreOutcome> => {
    const keys = await list(call);
    return { data: { keys, policies: keys } };
  };
  return {
    policies: { read: listBoth, list: listBoth },
    policy: {
      async read(call) {
        const { name, text } = await requirePolicy(call);
        return { data: { name, rules: text } };
      },
      write,
      delete: remove,
    },
    aclPolicies: { list: async (call) => ({ data: { keys: await list(call) } }) },
    aclPolicy: {
      read: async (call) => ({ data: policyBody(await requirePolicy(call)) }),
      write,
      delete: remove,
    },
  };
}

async function list(call: CoreCall<unknown, unknown>): Promise<readonly string[]> {
  const { result } = await call.transact((attempt) => listPolicies(attempt, rootNamespaceId));
  return result;
}

/** What the built-in policy reads as. */
const rootPolicyFacts = { name: rootPolicyName, text: '', version: 0, modifiedMs: 0 };

async function requirePolicy(
  call: NameCall<unknown>,
): Promise<Pick<StoredPolicy, 'name' | 'text' | 'version' | 'modifiedMs'>> {
  const name = checkedPolicyName(call.parameters.name);
  if (name === rootPolicyName) return rootPolicyFacts;
  const { result } = await call.transact((attempt) => readPolicy(attempt, rootNamespaceId, name));
  if (result === undefined) throw failure('request.not-found');
  return result;
}

function policyBody(
  policy: Pick<StoredPolicy, 'name' | 'text' | 'version' | 'modifiedMs'> & {
    readonly casRequired?: boolean;
  },
): JsonObject {
  return {
    name: policy.name,
    policy: policy.text,
    version: policy.version,
    cas_required: policy.casRequired ?? false,
    ...(policy.modifiedMs > 0 && { modified: formatTime(policy.modifiedMs) }),
  };
}

async function write(call: NameCall<PolicyFields>): Promise<CoreOutcome> {
  const name = checkedPolicyName(call.parameters.name);
  if (name === rootPolicyName) throw failure('policies.root-fixed');
  const text = plainText(call.fields.policy || call.fields.rules || '');
  if (text === '') throw failure('policies.text-missing');
  parsePolicyOrThrow(name, text);
  warnOf(name, text, (message) => call.warn(message));
  const { cas, cas_required: casRequired } = call.fields;
  const { revision } = await call.transact((attempt) =>
    writePolicy(attempt, rootNamespaceId, { name, text, cas, casRequired }),
  );
  return { revision };
}

async function remove(call: NameCall<unknown>): Promise<CoreOutcome> {
  const name = checkedPolicyName(call.parameters.name);
  const { revision } = await call.transact((attempt) =>
    deletePolicy(attempt, rootNamespaceId, name),
  );
  return { revision };
}

/** Clients may send a policy in base64; no policy is base64 by chance, for it holds quotes. */
function plainText(sent: string): string {
  try {
    return utf8Decode(decodeBase64(sent));
  } catch (error) {
    if (error instanceof TypeError || isFailure(error, 'encoding.invalid')) return sent;
    throw error;
  }
}

function warnOf(name: string, text: string, warn: (message: string) => void): void {
  for (const diagnostic of parsePolicy(name, text).diagnostics) {
    if (diagnostic.severity !== 'warning') continue;
    const { line, column } = diagnostic;
    warn(`line ${line}, column ${column}: ${diagnosticProblem(diagnostic)}`);
  }
}
