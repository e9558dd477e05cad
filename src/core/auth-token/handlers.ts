/**
 * `auth/token/`: making, looking up, renewing and revoking tokens (docs: Vault's HTTP API, token).
 */
import type { CoreCall, CoreHandlers, CoreOutcome } from '../core-call.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import { listAccessors } from '../../tokens/token-entries.ts';
import { createHandlers } from './create.ts';
import { lookupHandlers } from './lookup.ts';
import type { TokenParts, TokenRoutes } from './parts.ts';
import { renewHandlers } from './renew.ts';
import { revokeHandlers } from './revoke.ts';
import { roleHandlers } from './roles.ts';

/** The handlers of all routes, put together from their groups. */
export function tokenHandlers(parts: TokenParts): CoreHandlers<TokenRoutes> {
  return {
    ...createHandlers(parts),
    ...lookupHandlers(parts),
    ...renewHandlers(parts),
    ...revokeHandlers(parts),
    ...roleHandlers(),
    accessors: {
      async list(call) {
        const { result } = await call.transact(listAccessors);
        return { data: { keys: result } };
      },
    },
    tidy: { write: (call) => tidy(parts, call) },
  };
}

async function tidy(
  { intents, background, duties }: TokenParts,
  call: CoreCall<unknown, unknown>,
): Promise<CoreOutcome> {
  background.start('tidy of tokens', async () => {
    await intents.resumeAll(rootNamespaceId);
    await duties.runNow();
  });
  call.warn('Tidy operation successfully started; the server log says if it stops early.');
  return { status: 202 };
}
