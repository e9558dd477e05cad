/**
 * The body of a request, or its query, as one object. It is parsed only once the token and the
 * rules that need no parameters have let the request through, and under limits that hold before
 * anything is built. Errors never quote the input.
 */
import { canonicalFields, queryFields } from '../../../shared/api/fields.ts';
import type { OperationSpec, RouteMethod } from '../../../shared/api/route.ts';
import { utf8Decode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { takeJsonBytes } from '../../../shared/json/take-bytes.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/value.ts';
import { formParametersMax } from '../limits.ts';
import type { CoreRequest } from '../request.ts';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const SPACE = 0x20;

/**
 * The input of an operation. Throws `request.body-not-object`, the failures
 * of parseJson, and `request.field-invalid` for a field given twice.
 */
export function readInput(
  request: CoreRequest,
  method: RouteMethod,
  spec: OperationSpec,
): { readonly body: JsonObject; readonly input: JsonObject } {
  const hasBody = method === 'write' || method === 'patch';
  const body = hasBody ? parseBody(request) : queryFields(request.query);
  return { body, input: canonicalFields(spec.fields, body) };
}

/**
 * Takes the values of secret fields out of a JSON body, as bytes, leaving asterisks there. Whatever
 * was taken is in `into` also when this throws: the caller zeroes it.
 */
export function takeSecrets(
  request: CoreRequest,
  spec: OperationSpec,
  into: Map<string, Uint8Array>,
): void {
  if (spec.secretBody !== true || request.body.length === 0) return;
  for (const [name, field] of Object.entries(spec.fields ?? {})) {
    const bytes = field.secret === true ? takeJsonBytes(request.body, name) : undefined;
    if (bytes !== undefined) into.set(name, bytes);
  }
}

/** The media type without its parameters, in lower case. */
function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** A form that begins like JSON is JSON: curl sends `-d '{…}'` under the form's type. */
function parseBody({ body, contentType }: CoreRequest): JsonObject {
  const first = body.find((byte) => byte > SPACE);
  if (first === undefined) return Object.create(null) as JsonObject;
  const isForm = mediaType(contentType) === 'application/x-www-form-urlencoded';
  if (isForm && first !== OPEN_BRACE && first !== OPEN_BRACKET) return parseForm(body);
  const value = parseJson(body);
  if (!isJsonObject(value)) throw failure('request.body-not-object');
  return value;
}

/** `application/x-www-form-urlencoded` (WHATWG URL standard, section 5.1), strictly UTF-8. */
function parseForm(body: Uint8Array): JsonObject {
  const parameters = new Map<string, string[]>();
  const pairs = formText(body).split('&');
  if (pairs.length > formParametersMax) throw failure('request.body-not-object');
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : formDecode(pair.slice(equals + 1));
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  return queryFields(parameters);
}

function formText(body: Uint8Array): string {
  try {
    return utf8Decode(body);
  } catch {
    throw failure('request.body-not-object');
  }
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw failure('request.body-not-object');
  }
}
