/** Requests of the API as a model asks for them, and answers as it keeps them. */
import type { RouteMethod } from '../../../shared/api/route.ts';
import type { ResultOf } from '../../../shared/control/methods.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/value.ts';
import type { Outcome } from '../../client/control-client.ts';
import type { ControlProblem } from '../../client/control-problem.ts';
import { objectIn, textsIn } from '../../client/members.ts';

export interface ApiRequest {
  readonly operation: RouteMethod;
  /** Below `/v1/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

export type ApiOutcome =
  | {
      readonly ok: true;
      readonly status: number;
      /** `data` of the envelope, or the whole body where there is none. */
      readonly data: JsonObject;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problem: ControlProblem };

/** What an answer of the `request` method means. */
export function apiOutcome(
  request: Pick<ApiRequest, 'operation' | 'path'>,
  outcome: Outcome<'request'>,
): ApiOutcome {
  if (!outcome.ok) return outcome;
  const { status, body } = outcome.result;
  const whole = body ?? nothing;
  // A deleted version answers 404 with its metadata.
  const isGood = (status >= 200 && status < 300) || (status === 404 && isJsonObject(whole['data']));
  if (!isGood) return { ok: false, problem: refusalOf(request, outcome.result) };
  const data = isJsonObject(whole['data']) ? objectIn(whole, 'data') : whole;
  return { ok: true, status, data, warnings: textsIn(whole, 'warnings') };
}

const nothing: JsonObject = Object.freeze({ __proto__: null } as unknown as JsonObject);

function refusalOf(
  { operation, path }: Pick<ApiRequest, 'operation' | 'path'>,
  { status, body }: ResultOf<'request'>,
): ControlProblem {
  const texts = textsIn(body ?? nothing, 'errors');
  const [code = `http.${status}`] = textsIn(body ?? nothing, 'error_codes');
  const unsaid = status === 404 ? 'nothing is there' : `refused with status ${status}`;
  const reason = texts.length === 0 ? unsaid : texts.join('; ');
  return { code, status, message: `${operation} ${path}: ${reason}` };
}
