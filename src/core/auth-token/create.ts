/** `auth/token/create`, `create-orphan` and `create/:role`: the routes that make tokens. */
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import { missingPolicies } from '../../policies/stored-policies.ts';
import type { Attempt } from '../../store/view.ts';
import { transact } from '../../store/transact.ts';
import type { LifetimeLimits } from '../../tokens/lifetime.ts';
import { createToken, type TokenPlan } from '../../tokens/token-creation.ts';
import { readTokenRole, tokenRoleName } from '../../tokens/token-roles.ts';
import { takeTokenBack } from '../take-back.ts';
import { authBlock } from './answers.ts';
import { requireRights, type TokenParts, type TokenRoutes } from './parts.ts';
import { lifetimeLimits } from './lifetimes.ts';
import { type PlanContext, planToken, type TokenWishes } from './plan.ts';

type CreateCall = CoreCall<unknown, TokenWishes>;

interface Variant {
  readonly orphanRoute: boolean;
  readonly role: string | undefined;
}

/** The three routes that make tokens. */
export function createHandlers(
  parts: TokenParts,
): CoreHandlerGroup<TokenRoutes, 'create' | 'createOrphan' | 'createByRole'> {
  return {
    create: { write: (call) => create(parts, call, { orphanRoute: false, role: undefined }) },
    createOrphan: { write: (call) => create(parts, call, { orphanRoute: true, role: undefined }) },
    createByRole: {
      write: (call) => create(parts, call, { orphanRoute: false, role: call.parameters.role }),
    },
  };
}

async function create(parts: TokenParts, call: CreateCall, variant: Variant): Promise<CoreOutcome> {
  await warnOfMissingPolicies(parts, call, variant);
  const limits = lifetimeLimits(parts.mint.limits, call.mounts);
  const warn = (message: string): void => call.warn(message);
  const { result: made, revision } = await call.transact(async (attempt) => {
    const plan = await planInside(attempt, call, { ...variant, limits, warn });
    return createToken({ ...parts.mint, limits }, attempt, plan, warn);
  });
  if (made.record.expiresMs !== null) parts.duties.expects(made.record.expiresMs);
  const { id, token, type, record } = made;
  const auth = authBlock({ token, type, record, ttlSeconds: record.ttlSeconds });
  // A batch token is nowhere but in the answer.
  if (type === 'batch') return { auth, revision };
  return { auth, revision, undo: () => takeTokenBack(parts, id) };
}

interface Planning extends Variant {
  readonly limits: LifetimeLimits;
  readonly warn: (message: string) => void;
}

async function planInside(
  attempt: Attempt,
  call: CreateCall,
  planning: Planning,
): Promise<TokenPlan> {
  const { orphanRoute, limits, warn } = planning;
  const { token: parent, privileged } = requireRights(call);
  const role = planning.role === undefined ? undefined : await requireRole(attempt, planning.role);
  const context = { parent, privileged, orphanRoute, role, path: call.path, limits };
  return planToken(call.fields, context, warn);
}

async function requireRole(
  attempt: Attempt,
  raw: string,
): Promise<NonNullable<PlanContext['role']>> {
  const name = tokenRoleName(raw);
  const settings = await readTokenRole(attempt, name);
  if (settings === undefined) throw failure('token.role-unknown');
  return { name, settings };
}

/**
 * A policy may be written later, so its absence is no error, but perhaps a typing mistake. Looked
 * for apart from the commit: what is read there is compared, and policies are too many for that.
 */
async function warnOfMissingPolicies(
  { room, mint }: TokenParts,
  call: CreateCall,
  variant: Variant,
): Promise<void> {
  const planning = { ...variant, limits: lifetimeLimits(mint.limits, call.mounts), warn: ignore };
  const { result: missing } = await transact(room, async (attempt) => {
    const { policies } = await planInside(attempt, call, planning);
    return missingPolicies(attempt, rootNamespaceId, policies);
  });
  for (const name of missing) call.warn(`Policy "${name}" does not exist`);
}

function ignore(): void {}
