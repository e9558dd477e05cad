/** `auth/token/revoke*`: the end of tokens and of what they made. */
import { failure } from '../../../shared/errors/failure.ts';
import { batchTokenPrefix } from '../../../shared/ids.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import type { Attempt } from '../../store/view.ts';
import { readAccessor } from '../../tokens/token-entries.ts';
import { revokeAlone, revokeTree } from '../../tokens/token-revocation.ts';
import { requireRights, type TokenParts, type TokenRoutes } from './parts.ts';

type Revocation = (attempt: Attempt, id: string) => Promise<string | undefined>;

/** The end of tokens. */
export function revokeHandlers(
  parts: TokenParts,
): CoreHandlerGroup<TokenRoutes, 'revoke' | 'revokeSelf' | 'revokeAccessor' | 'revokeOrphan'> {
  return {
    revoke: { write: (call) => revokeNamed(parts, call, revokeTree) },
    revokeOrphan: { write: (call) => revokeNamed(parts, call, revokeAlone) },
    revokeSelf: {
      async write(call) {
        const { token } = requireRights(call);
        if (token.type === 'batch') throw failure('token.batch-revocation');
        return revoke(parts, call, (attempt) => revokeTree(attempt, token.id));
      },
    },
    revokeAccessor: {
      write: (call) =>
        revoke(parts, call, async (attempt) => {
          const id = await readAccessor(attempt, call.fields.accessor);
          if (id === undefined) throw failure('token.accessor-unknown');
          return revokeTree(attempt, id);
        }),
    },
  };
}

async function revokeNamed(
  parts: TokenParts,
  call: CoreCall<unknown, { readonly token: string | undefined }>,
  revocation: Revocation,
): Promise<CoreOutcome> {
  const { token } = call.fields;
  if (token === undefined || token === '') {
    throw failure('request.field-missing', { field: 'token' });
  }
  if (token.startsWith(batchTokenPrefix)) throw failure('token.batch-revocation');
  const id = parts.directory.idOf(token);
  return revoke(parts, call, (attempt) => revocation(attempt, id));
}

/**
 * Ends tokens in one commit, and cleans up before the answer. Should that stop half-way, the tokens
 * are ended all the same, and the rest is resumed later.
 */
async function revoke(
  { intents, background }: TokenParts,
  call: CoreCall<unknown, unknown>,
  begin: (attempt: Attempt) => Promise<string | undefined>,
): Promise<CoreOutcome> {
  const { result: intent, revision } = await call.transact(begin);
  if (intent === undefined) {
    call.warn('there is no such token: nothing was revoked');
    return {};
  }
  await background.finish('revocation', () => intents.run(rootNamespaceId, intent));
  return { revision };
}
