import { failure } from '../../shared/errors/failure.ts';
import { tokenBytesMax } from '../../shared/limits.ts';

/** The token, if it can be one: it becomes a header's value. Throws `client.token-invalid`. */
export function checkToken(text: string, source: string): string {
  if (text.length <= tokenBytesMax && /^[\u0021-\u007e]+$/u.test(text)) return text;
  throw failure('client.token-invalid', { source, tokenBytesMax });
}
