import type { tokenRoutes } from '../../../shared/api/token.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { Intents } from '../../store/intents.ts';
import type { TransactionRoom } from '../../store/transact.ts';
import type { TokenMint } from '../../tokens/token-creation.ts';
import type { TokenDirectory } from '../../tokens/token-directory.ts';
import type { Background } from '../background.ts';
import type { Rights } from '../core-call.ts';
import type { Duties } from '../duties.ts';

/** What the handlers of `auth/token/` work with. */
export interface TokenParts {
  readonly room: TransactionRoom;
  readonly mint: TokenMint;
  readonly directory: TokenDirectory;
  readonly intents: Intents;
  readonly background: Background;
  readonly duties: Duties;
}

export type TokenRoutes = typeof tokenRoutes;

/** Who asks. Every route here needs a token. */
export function requireRights({ rights }: { readonly rights: Rights | undefined }): Rights {
  if (rights === undefined) throw failure('request.permission-denied');
  return rights;
}
