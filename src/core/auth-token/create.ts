/** `auth/token/create`, `create-orphan` and `create/:role`: the routes that make tokens. */
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import { readPolicy } from '../../policies/stored-policies.ts';
import type { Attempt } from '../../store/view.ts';
import { transact } from '../../store/transact.ts';
import { createToken, type NewToken } from '../../tokens/token-creation.ts';
import { rootPolicyName } from '../../tokens/token-policies.ts';
import { revokeTree } from '../../tokens/token-revocation.ts';
import { readTokenRole, tokenRoleName } from '../../tokens/token-roles.ts';
import { authBlock } from './answers.ts';
import { requireRights, type TokenParts, type TokenRoutes } from './parts.ts';
import { lifetimeLimits } from './lifetimes.ts';
import { type PlanContext, planToken, type TokenWishes } from './plan.ts';

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

async function create(
  parts: TokenParts,
  call: CoreCall<unknown, TokenWishes>,
  variant: Variant,
): Promise<CoreOutcome> {
  const { result: made, revision } = await call.transact((attempt) =>
    createInside(parts, attempt, call, variant),
  );
  if (made.record.expiresMs !== null) parts.duties.expects(made.record.expiresMs);
  const { token, type, record } = made;
  return {
    auth: authBlock({ token, type, record, ttlSeconds: record.ttlSeconds }),
    revision,
    undo: () => takeBack(parts, made),
  };
}

async function createInside(
  { mint }: TokenParts,
  attempt: Attempt,
  call: CoreCall<unknown, TokenWishes>,
  variant: Variant,
): Promise<NewToken> {
  const { token: parent, privileged } = requireRights(call);
  const warn = (message: string): void => call.warn(message);
  const limits = lifetimeLimits(mint.limits, call.mounts);
  const role = variant.role === undefined ? undefined : await requireRole(attempt, variant.role);
  const context: PlanContext = {
    parent,
    privileged,
    orphanRoute: variant.orphanRoute,
    role,
    path: call.path,
    limits,
  };
  const plan = planToken(call.fields, context, warn);
  await warnOfMissingPolicies(attempt, plan.policies, warn);
  return createToken({ ...mint, limits }, attempt, plan, warn);
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

/** A policy may be written later, so its absence is no error, but perhaps a typing mistake. */
async function warnOfMissingPolicies(
  attempt: Attempt,
  names: readonly string[],
  warn: (message: string) => void,
): Promise<void> {
  for (const name of names) {
    if (name === rootPolicyName) continue;
    const policy = await readPolicy(attempt, rootNamespaceId, name);
    if (policy === undefined) warn(`Policy "${name}" does not exist`);
  }
}

/**
 * A token that nobody was given is ended again. A batch token is nowhere but in the lost answer.
 */
async function takeBack({ room, intents }: TokenParts, made: NewToken): Promise<void> {
  if (made.type === 'batch') return;
  const { result } = await transact(room, (attempt) => revokeTree(attempt, made.id));
  if (result !== undefined) await intents.run(rootNamespaceId, result);
}
