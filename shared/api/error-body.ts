import type { StrongBoxError } from '../errors/failure.ts';
import type { ErrorCode } from '../errors/registry.ts';
import type { JsonObject } from '../json/value.ts';

/**
 * The JSON body of a refusal, in Vault's shape: `{"errors":["…"]}`. Beside it stands our own
 * `error_codes`, so that a program can match on the stable code instead of the text; clients of
 * Vault ignore fields they do not know. An error without a message is Vault's exact
 * `{"errors":[]}`: missing secrets and empty lists are told by that and the status alone.
 */
export function errorBody(error: StrongBoxError): JsonObject {
  if (error.message === '') return { errors: [] };
  return { errors: [error.message], error_codes: [error.code] };
}

/** Whether an answer's body names a code: what a client checks instead of matching texts. */
export function hasErrorCode(body: JsonObject, code: ErrorCode): boolean {
  const codes = body['error_codes'];
  return Array.isArray(codes) && codes.includes(code);
}
