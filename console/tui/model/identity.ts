/** Who this console speaks for, as the header shows it. */
import type { IdentityState } from '../../client/control-events.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { spanText } from './figures.ts';

const nameColumnsMax = 20;

export interface IdentitySign {
  readonly name: SafeText;
  /** `ttl 7h12`; empty for a token that does not run out. */
  readonly ttl: SafeText;
  readonly token: Token;
}

export function identitySign(identity: IdentityState, nowMs: number): IdentitySign {
  const none = literal('');
  switch (identity.kind) {
    case 'anonymous':
      return { name: literal('not logged in'), ttl: none, token: 'muted' };
    case 'waiting':
      return identity.problem === undefined
        ? { name: literal('login waits for unseal'), ttl: none, token: 'muted' }
        : { name: literal('login is tried again'), ttl: none, token: 'warning' };
    case 'refused':
      return { name: literal('login refused'), ttl: none, token: 'warning' };
    case 'known': {
      const { displayName, operator, expiresAtMs } = identity.identity;
      const name = clean(operator ?? (displayName || 'token'), nameColumnsMax);
      if (expiresAtMs === undefined) return { name, ttl: none, token: 'text' };
      const leftSeconds = Math.max(0, expiresAtMs - nowMs) / 1_000;
      const ttl = literal(`ttl ${spanText(leftSeconds)}`);
      return { name, ttl, token: leftSeconds < 300 ? 'warning' : 'text' };
    }
  }
}
