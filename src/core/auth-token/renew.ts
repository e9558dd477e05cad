import { failure } from '../../../shared/errors/failure.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import type { LiveToken } from '../../tokens/token-directory.ts';
import { renewToken } from '../../tokens/token-renewal.ts';
import { authBlock } from './answers.ts';
import { requireRights, type TokenParts, type TokenRoutes } from './parts.ts';
import { lifetimeLimits } from './lifetimes.ts';
import { requireByAccessor } from './lookup.ts';

/** Longer lives, up to the maximum. */
export function renewHandlers(
  parts: TokenParts,
): CoreHandlerGroup<TokenRoutes, 'renew' | 'renewSelf' | 'renewAccessor'> {
  return {
    renew: {
      async write(call) {
        const { token } = call.fields;
        if (token === undefined) throw failure('request.field-missing', { field: 'token' });
        const { token: found } = await parts.directory.byToken(token);
        if (found === undefined) throw failure('token.unknown');
        return renew(parts, call, { found, token });
      },
    },
    renewSelf: {
      write: async (call) =>
        renew(parts, call, { found: requireRights(call).token, token: call.token ?? '' }),
    },
    renewAccessor: {
      async write(call) {
        const { token: found } = await requireByAccessor(parts, call.fields.accessor);
        return renew(parts, call, { found, token: '' });
      },
    },
  };
}

async function renew(
  { mint, duties }: TokenParts,
  call: CoreCall<unknown, { readonly increment: number | undefined }>,
  { found, token }: { readonly found: LiveToken; readonly token: string },
): Promise<CoreOutcome> {
  if (found.type === 'batch') throw failure('token.batch-renewal');
  const limits = lifetimeLimits(mint.limits, call.mounts);
  const wish = { wishSeconds: call.fields.increment ?? 0, limits };
  const { result, revision } = await call.transact((attempt) =>
    renewToken(attempt, found.id, wish, (message) => call.warn(message)),
  );
  const { record, ttlSeconds } = result;
  if (record.expiresMs !== null) duties.expects(record.expiresMs);
  return { auth: authBlock({ token, type: 'service', record, ttlSeconds }), revision };
}
