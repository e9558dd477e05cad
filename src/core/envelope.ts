/**
 * The answer on the wire, as Vault's clients know it (sdk/logical/translate_response.go of
 * OpenBao): every key of the envelope is there, with null where there is nothing; no data and no
 * warning is 204; some answers are bare, some repeat their data on top.
 */
import type { OperationSpec } from '../../shared/api/route.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../shared/json/value.ts';
import type { CoreOutcome } from './core-call.ts';
import type { CoreAnswer } from './request.ts';

export interface AnswerFacts {
  readonly requestId: string;
  readonly outcome: CoreOutcome;
  readonly warnings: readonly string[];
  readonly shape: OperationSpec['shape'];
}

/** The answer of an operation. */
export function answerOf(facts: AnswerFacts): CoreAnswer {
  const { outcome, warnings, shape } = facts;
  const { data, auth, raw } = outcome;
  if (raw !== undefined) return { status: outcome.status ?? 200, body: undefined, raw };
  if (data === undefined && auth === undefined && warnings.length === 0) {
    return { status: outcome.status ?? 204, body: undefined };
  }
  const status = outcome.status ?? 200;
  if (shape === 'bare') return { status, body: data };
  const envelope = envelopeOf(facts);
  if (shape !== 'injected' || data === undefined) return { status, body: envelope };
  return { status, body: { ...data, ...envelope } };
}

/** LIST of nothing is "not found", as in Vault; SCAN of nothing is an empty answer. */
export function refuseEmptyList(outcome: CoreOutcome): void {
  const keys = outcome.data?.['keys'];
  if (Array.isArray(keys) && keys.length === 0) throw failure('request.not-found');
}

function envelopeOf({ requestId, outcome, warnings }: AnswerFacts): JsonObject {
  const auth: JsonValue = outcome.auth ?? null;
  return {
    request_id: requestId,
    lease_id: '',
    renewable: false,
    lease_duration: outcome.leaseSeconds ?? 0,
    data: outcome.data ?? null,
    wrap_info: null,
    warnings: warnings.length === 0 ? null : warnings,
    auth,
  };
}
