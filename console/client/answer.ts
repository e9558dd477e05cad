import { hasErrorCode } from '../../shared/api/error-body.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';
import { jsonDepthMax } from '../../shared/limits.ts';
import { answerTokensMax } from '../limits.ts';
import { textsIn } from './members.ts';
import type { RawAnswer } from './transport.ts';

/** What the server said, read: a status and a JSON object, or nothing. */
export interface ApiAnswer {
  readonly status: number;
  /** The whole body; empty where there was none. */
  readonly body: JsonObject;
}

/** What was asked, as errors name it. */
export interface Asked {
  readonly operation: string;
  readonly path: string;
  readonly endpoint: string;
}

const empty: JsonObject = Object.freeze(Object.create(null));

/** Reads the body of an answer. Throws `client.answer-malformed`. */
export function readBody(raw: RawAnswer, asked: Asked): JsonObject {
  if (raw.bytes.length === 0) return empty;
  let value: JsonValue;
  try {
    // An envelope holds a body that may be as deep as a request's, a few levels down.
    value = parseJson(raw.bytes, { depthMax: jsonDepthMax + 8, tokensMax: answerTokensMax });
  } catch {
    throw malformed(asked, `status ${raw.status} with a body that is not JSON`);
  }
  if (isJsonObject(value)) return value;
  throw malformed(asked, `status ${raw.status} with JSON that is not an object`);
}

/** Whether an answer carries what was asked for; a 404 may (a deleted version's metadata). */
export function isSuccess({ status, body }: ApiAnswer): boolean {
  if (status >= 200 && status < 300) return true;
  return status === 404 && isJsonObject(body['data']);
}

export function isSealed({ status, body }: ApiAnswer): boolean {
  if (status !== 503) return false;
  return hasErrorCode(body, 'request.sealed') || errorTexts(body).includes('Vault is sealed');
}

/** The failure that an answer means. */
export function answerFailure(answer: ApiAnswer, asked: Asked, attempts: number): StrongBoxError {
  const { status } = answer;
  const texts = errorTexts(answer.body);
  const reason = texts.length === 0 ? 'refused without a reason' : texts.join('; ');
  const details = { ...asked, status, attempts, reason };
  if (isSealed(answer)) return failure('client.sealed', details);
  if (status === 404 && texts.length === 0) return failure('client.not-found', details);
  if (status === 403 && isPlainDenial(texts)) return failure('client.denied', details);
  if (status === 403 && isPreflight(texts)) return failure('client.mount-unseen', details);
  if (status === 501) return failure('client.not-initialised', details);
  if (status >= 300 && status < 400) return failure('client.redirected', details);
  if (isPassing(status)) return failure('client.unavailable', details);
  return failure('client.refused', details);
}

/** Statuses after which the same request may succeed. */
export function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** The lines of an answer's `warnings`. */
export function warningsOf(body: JsonObject): readonly string[] {
  return textsIn(body, 'warnings');
}

/** `data` of an envelope. Throws `client.answer-malformed`. */
export function dataOf(answer: ApiAnswer, asked: Asked): JsonObject {
  const data = answer.body['data'];
  if (isJsonObject(data)) return data;
  throw malformed(asked, 'the envelope has no data');
}

function malformed(asked: Asked, reason: string): StrongBoxError {
  return failure('client.answer-malformed', { endpoint: asked.endpoint, reason });
}

function isPlainDenial(texts: readonly string[]): boolean {
  return texts.every((text) => text === 'permission denied');
}

/** How every server of the dialect says that it shows no mount for a path. */
function isPreflight(texts: readonly string[]): boolean {
  return texts.some((text) => text.startsWith('preflight capability check returned 403'));
}

/** The errors of a refusal, without the frame that Go puts around lists of errors. */
function errorTexts(body: JsonObject): string[] {
  return textsIn(body, 'errors').map((text) =>
    text
      .replace(/^\d+ errors? occurred:\s*/u, '')
      .replaceAll(/^\s*\* /gmu, '')
      .trim(),
  );
}

/** Whether an error is a refusal with this HTTP status. */
export function hasStatus(error: unknown, status: number): error is StrongBoxError {
  return error instanceof StrongBoxError && error.parameters['status'] === status;
}
