import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json/value.ts';
import { formatDuration } from '../../../shared/units/duration.ts';
import type { Result } from './printer.ts';
import { objectTable } from './table.ts';

/** Answers of the API as results: the whole for programs, what matters for people. */

/** Any answer: its auth, its data, or (without an envelope) itself. */
export function answerResult(body: JsonObject): Result {
  const { auth, data } = body;
  if (isJsonObject(auth)) return authResult(body, auth);
  const shown = isJsonObject(data) ? data : 'request_id' in body ? {} : body;
  return { value: body, fields: shown, table: () => objectTable(shown) };
}

/** A new or renewed token. */
export function authResult(body: JsonObject, auth: JsonObject): Result {
  const fields: JsonObject = {
    token: auth['client_token'] ?? null,
    token_accessor: auth['accessor'] ?? null,
    token_duration: durationText(auth['lease_duration']),
    token_renewable: auth['renewable'] ?? false,
    token_policies: auth['token_policies'] ?? auth['policies'] ?? [],
    identity_policies: auth['identity_policies'] ?? [],
    policies: auth['policies'] ?? [],
  };
  return { value: body, fields, table: () => objectTable(fields) };
}

/** Seconds for people. */
export function durationText(seconds: JsonValue | undefined): string {
  const known = typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0;
  return known ? formatDuration(seconds) : 'no limit';
}
