/** `sys/capabilities*`: what a token may do at given paths. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { type CanonicalPath, canonicalPath } from '../../../shared/path/canonical.ts';
import { operationPath } from '../../../shared/path/operation-path.ts';
import type { Acl, Decision } from '../../../shared/policy/acl.ts';
import { isCapability, type OperationCapability } from '../../../shared/policy/capabilities.ts';
import { explain } from '../../../shared/policy/explain.ts';
import { transact } from '../../store/transact.ts';
import { readAccessor } from '../../tokens/token-entries.ts';
import type { CoreHandlerGroup, CoreOutcome, Rights } from '../core-call.ts';
import type { Sight } from '../knowledge.ts';
import { capabilityPathsMax } from '../limits.ts';
import type { SystemParts } from './parts.ts';

type Routes = typeof sysRoutes;
type PathsFields = Pick<
  FieldsOf<Routes['capabilities']['operations']['write']['fields']>,
  'path' | 'paths'
>;

/** What tokens may do, and why not. */
export function capabilityHandlers(
  parts: SystemParts,
): CoreHandlerGroup<
  Routes,
  'capabilities' | 'capabilitiesSelf' | 'capabilitiesAccessor' | 'explainPolicies'
> {
  const { knowledge } = parts;
  return {
    capabilities: {
      async write({ fields }) {
        const sight = await knowledge.look(fields.token);
        return answer(await aclOf(parts, sight, 'system.token-invalid'), fields);
      },
    },
    capabilitiesSelf: {
      write: async ({ fields, rights }) => answer(requireAcl(rights), fields),
    },
    capabilitiesAccessor: {
      async write({ fields }) {
        const sight = await lookByAccessor(parts, fields.accessor);
        return answer(await aclOf(parts, sight, 'system.accessor-invalid'), fields);
      },
    },
    explainPolicies: {
      async write({ fields, rights }) {
        const capability = askedCapability(fields.capability);
        const path = operationPath(askedPath(fields.path), capability);
        const decision = requireAcl(rights).decide({ path, capability });
        return { data: explanation(decision) };
      },
    },
  };
}

function requireAcl(rights: Rights | undefined): Acl {
  if (rights === undefined) throw failure('request.permission-denied');
  return rights.acl;
}

async function lookByAccessor(
  { room, knowledge }: SystemParts,
  accessor: string,
): Promise<Sight | undefined> {
  const { result: id } = await transact(room, (attempt) => readAccessor(attempt, accessor));
  return id === undefined ? undefined : knowledge.lookById(id);
}

async function aclOf(
  { knowledge }: SystemParts,
  sight: Sight | undefined,
  code: 'system.token-invalid' | 'system.accessor-invalid',
): Promise<Acl> {
  if (sight?.token === undefined) throw failure(code);
  return knowledge.acls.of(sight.token.record.policies, sight.policiesEpoch);
}

function answer(acl: Acl, { path, paths }: PathsFields): CoreOutcome {
  const asked = [...new Set([...(paths ?? []), ...(path ?? [])])];
  if (asked.length === 0) throw failure('request.field-missing', { field: 'paths' });
  if (asked.length > capabilityPathsMax) {
    const expected = `at most ${capabilityPathsMax} paths`;
    throw failure('request.field-invalid', { field: 'paths', expected });
  }
  const entries = asked.map((name) => [name, acl.capabilities(askedPath(name))] as const);
  const [first] = entries;
  const only = entries.length === 1 && first !== undefined ? { capabilities: first[1] } : {};
  return { data: { ...Object.fromEntries(entries), ...only } };
}

/** A path as a body names it: with or without the slash in front. */
function askedPath(raw: string): CanonicalPath {
  return canonicalPath(raw.startsWith('/') ? raw.slice(1) : raw);
}

function askedCapability(word: string): OperationCapability {
  if (isCapability(word) && word !== 'sudo' && word !== 'deny') return word;
  const expected = 'create, read, update, patch, delete, list or scan';
  throw failure('request.field-invalid', { field: 'capability', expected });
}

/** Only ever of the caller's own policies: their names and rules are no secret from it. */
function explanation(decision: Decision): JsonObject {
  const { allowed, reason, capabilities, deciding, parameter, unresolved } = decision;
  return {
    allowed,
    reason,
    explanation: explain(decision),
    capabilities,
    rule:
      deciding === undefined
        ? null
        : {
            path: deciding.path,
            capabilities: deciding.capabilities,
            policies: deciding.sources.map(({ policy, line }) => ({ name: policy, line })),
          },
    parameter: parameter ?? null,
    unresolved: unresolved.map(({ policy, line, path, key, problem, effect }) => ({
      name: policy,
      line,
      path,
      template: key,
      problem,
      effect,
    })),
  };
}
