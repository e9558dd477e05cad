/**
 * One message of a console: a request object of JSON-RPC 2.0 (https://www.jsonrpc.org/specification
 * section 4). The body of a `request` is taken out as bytes before the rest is parsed: what lies in
 * it (a share, a secret) becomes no string here.
 */
import { failure } from '../../shared/errors/failure.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { takeJsonObject } from '../../shared/json/take-value.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';

export interface Message {
  readonly id: number;
  readonly method: string;
  readonly params: JsonObject;
  /** The bytes of `params.body`, in whose place `params` has `{}`. The caller zeroes them. */
  readonly body: Uint8Array | undefined;
}

const memberNames: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params']);
const noParams: JsonObject = Object.freeze(Object.create(null));

/**
 * Reads a message; its bytes are zeroed. Throws `json.*` and `control.message-invalid`, then with
 * the bytes of no body left behind.
 */
export function readMessage(bytes: Uint8Array): Message {
  let body: Uint8Array | undefined;
  try {
    body = takeJsonObject(bytes, ['params', 'body']);
    return { ...requestOf(parseJson(bytes)), body };
  } catch (error) {
    body?.fill(0);
    throw error;
  } finally {
    bytes.fill(0);
  }
}

function requestOf(value: JsonValue): Omit<Message, 'body'> {
  if (!isJsonObject(value)) throw invalid('it is no object; batches are not served');
  if (Object.keys(value).some((name) => !memberNames.has(name))) {
    throw invalid('it has members besides jsonrpc, id, method and params');
  }
  const { jsonrpc, id, method, params = noParams } = value;
  if (jsonrpc !== '2.0') throw invalid('its member jsonrpc is not "2.0"');
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) {
    throw invalid('its id is no positive integer');
  }
  if (typeof method !== 'string') throw invalid('its method is no text');
  if (!isJsonObject(params)) throw invalid('its params are no object');
  return { id, method, params };
}

function invalid(reason: string): Error {
  return failure('control.message-invalid', { reason });
}
