/** `auth/token/lookup*`: what is known of a token. */
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreHandlerGroup, CoreOutcome, Rights } from '../core-call.ts';
import { transact } from '../../store/transact.ts';
import type { LiveToken, Lookup } from '../../tokens/token-directory.ts';
import { readAccessor } from '../../tokens/token-entries.ts';
import { lookupData } from './answers.ts';
import { requireRights, type TokenParts, type TokenRoutes } from './parts.ts';

interface SelfCall {
  readonly rights: Rights | undefined;
  readonly token: string | undefined;
  readonly clusterTimeMs: number;
}

/** What is known of a token. */
export function lookupHandlers(
  parts: TokenParts,
): CoreHandlerGroup<TokenRoutes, 'lookup' | 'lookupSelf' | 'lookupAccessor'> {
  const self = async (call: SelfCall): Promise<CoreOutcome> => lookupSelf(call);
  return {
    lookup: {
      read: (call) => lookup(parts, call, call.fields.token),
      write: (call) => lookup(parts, call, call.fields.token),
    },
    lookupSelf: { read: self, write: self },
    lookupAccessor: {
      async write({ fields }) {
        const { token, clusterTimeMs } = await requireByAccessor(parts, fields.accessor);
        return { data: lookupData({ ...token, token: '' }, clusterTimeMs) };
      },
    },
  };
}

function lookupSelf(call: SelfCall): CoreOutcome {
  const { token } = requireRights(call);
  return { data: lookupData({ ...token, token: call.token ?? '' }, call.clusterTimeMs) };
}

async function lookup(
  { directory }: TokenParts,
  call: SelfCall,
  asked: string | undefined,
): Promise<CoreOutcome> {
  if (asked === undefined || asked === '') return lookupSelf(call);
  const { token, clusterTimeMs } = await directory.byToken(asked);
  if (token === undefined) throw failure('token.unknown');
  return { data: lookupData({ ...token, token: asked }, clusterTimeMs) };
}

/** The good token with this accessor. Throws `token.accessor-unknown`. */
export async function requireByAccessor(
  { room, directory }: TokenParts,
  accessor: string,
): Promise<Lookup & { readonly token: LiveToken }> {
  const { result: id } = await transact(room, (attempt) => readAccessor(attempt, accessor));
  const found = id === undefined ? undefined : await directory.byId(id);
  const token = found?.token;
  if (found === undefined || token === undefined) throw failure('token.accessor-unknown');
  return { ...found, token };
}
