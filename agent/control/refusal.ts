/** Why a call failed, as the answer of JSON-RPC says it. */
import type { ControlFailure } from '../../shared/control/protocol.ts';
import { rpcCodes } from '../../shared/control/protocol.ts';
import { StrongBoxError } from '../../shared/errors/failure.ts';
import { isJsonObject, type JsonValue } from '../../shared/json/value.ts';
import type { CoreAnswer } from '../../src/core/request.ts';

/** A refusal of the core, with the code and status of its answer. */
export class CoreRefusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor({ status, body }: CoreAnswer) {
    const [message = ''] = textsOf(body?.['errors']);
    const [code = 'request.not-found'] = textsOf(body?.['error_codes']);
    super(message === '' ? 'there is nothing at this place' : message);
    this.name = 'CoreRefusal';
    this.code = code;
    this.status = status;
  }
}

/** The error of an answer; undefined for what nobody expected. */
export function rpcErrorOf(error: unknown): ControlFailure['error'] | undefined {
  if (!(error instanceof StrongBoxError || error instanceof CoreRefusal)) return undefined;
  const { message, code, status } = error;
  return { code: rpcCodeOf(code), message, data: { code, status } };
}

function rpcCodeOf(code: string): number {
  switch (code) {
    case 'control.method-unknown':
      return rpcCodes.methodNotFound;
    case 'control.params-invalid':
    case 'control.params-unknown':
      return rpcCodes.invalidParams;
    case 'control.message-invalid':
      return rpcCodes.invalidRequest;
    default:
      return code.startsWith('json.') ? rpcCodes.parseError : rpcCodes.refused;
  }
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((text): text is string => typeof text === 'string');
}

/** Whether an answer of the core is a refusal. */
export function isRefusal({ status, body }: CoreAnswer): boolean {
  return status >= 400 && isJsonObject(body) && Array.isArray(body['errors']);
}
