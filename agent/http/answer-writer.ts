import type { ServerResponse } from 'node:http';
import { errorBody } from '../../shared/api/error-body.ts';
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import type { CoreAnswer } from '../../src/core/request.ts';

/**
 * Writes answers as Vault's clients expect them. The content type is exactly `application/json`
 * (hvac compares with `==`); bodies end with a newline, as Go's encoder ends them, except envelopes
 * with a status of their own (a deleted version: 404 with data), which Vault sends without.
 */

/** Not imported: edge-server.ts says why. */
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** Headers of every answer: nothing is stored, sniffed, framed or told to others. */
const baseHeaders: readonly string[] = [
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy',
  'no-referrer',
];
const tlsHeaders: readonly string[] = [
  ...baseHeaders,
  'Strict-Transport-Security',
  'max-age=31536000',
];

/**
 * Statuses of answers that end with their head (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5): on a
 * connection that goes on, a body would be read as the answer to the next request. `sys/health`
 * takes its status from the request.
 */
const withoutContent: ReadonlySet<number> = new Set([204, 205, 304]);

export interface AnswerContext {
  readonly encrypted: boolean;
  /** The request's `X-Vault-Namespace`, which is echoed. */
  readonly namespace: string | undefined;
}

/** Writes the whole answer; `sent` is called when the kernel has taken its last byte. */
export function writeAnswer(
  response: ServerResponse,
  answer: CoreAnswer,
  context: AnswerContext,
  sent: () => void,
): void {
  const headers = [...(context.encrypted ? tlsHeaders : baseHeaders)];
  const { body, contentType } = encoded(answer);
  // 204 has no length either (RFC 9110 section 8.6), and that of 304 is of what it does not send.
  if (body !== undefined) {
    headers.push('Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body)));
  } else if (answer.status !== 204 && answer.status !== 304) {
    headers.push('Content-Length', '0');
  }
  if (answer.retryAfterSeconds !== undefined) {
    headers.push('Retry-After', String(answer.retryAfterSeconds));
  }
  if (context.namespace !== undefined) headers.push('X-Vault-Namespace', context.namespace);
  response.writeHead(answer.status, headers);
  // Behind Node's own listener, which decides whether the connection goes on; the callback of `end`
  // would come before it.
  response.once('finish', sent);
  response.end(body);
}

/** An answer as the text that goes over the wire. */
export interface WholeAnswer {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
}

/**
 * Head and body in one, byte for byte what Node writes for it on a connection that stays open;
 * undefined for answers that are no JSON or say more than others in their head.
 */
export function wholeAnswer(
  answer: CoreAnswer,
  encrypted: boolean,
  connection: { readonly keepAliveMs: number; readonly nowMs: number },
): WholeAnswer | undefined {
  const { status, body, raw, retryAfterSeconds } = answer;
  if (body === undefined || raw !== undefined || retryAfterSeconds !== undefined) return undefined;
  if (withoutContent.has(status)) return undefined;
  const json = jsonText(status, body);
  const bytes = Buffer.byteLength(json);
  const head = headStart(status, encrypted) + bytes + headEnd(connection);
  // What is ASCII alone need not be encoded.
  return { text: head + json, encoding: bytes === json.length ? 'latin1' : 'utf8' };
}

/** Up to the value of `Content-Length`, by status: a status has one text. */
const plainHeads = new Map<number, string>();
const encryptedHeads = new Map<number, string>();

function headStart(status: number, encrypted: boolean): string {
  const heads = encrypted ? encryptedHeads : plainHeads;
  const known = heads.get(status);
  if (known !== undefined) return known;
  const headers = encrypted ? tlsHeaders : baseHeaders;
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  text += 'Content-Type: application/json\r\nContent-Length: ';
  heads.set(status, text);
  return text;
}

/** What stands behind the length, as it was written last: it is the same for a second. */
let lastEnd = { second: -1, keepAliveMs: -1, text: '' };

function headEnd({ keepAliveMs, nowMs }: { keepAliveMs: number; nowMs: number }): string {
  const second = Math.floor(nowMs / 1_000);
  if (second === lastEnd.second && keepAliveMs === lastEnd.keepAliveMs) return lastEnd.text;
  const date = new Date(second * 1_000).toUTCString();
  const timeout = Math.floor(keepAliveMs / 1_000);
  const connection = `Connection: keep-alive\r\nKeep-Alive: timeout=${timeout}`;
  lastEnd = { second, keepAliveMs, text: `\r\nDate: ${date}\r\n${connection}\r\n\r\n` };
  return lastEnd.text;
}

function encoded(answer: CoreAnswer): {
  readonly body: string | Uint8Array | undefined;
  readonly contentType: string;
} {
  if (withoutContent.has(answer.status)) return { body: undefined, contentType: '' };
  if (answer.raw !== undefined) {
    return { body: answer.raw.bytes, contentType: answer.raw.contentType };
  }
  const body = answer.body === undefined ? undefined : jsonText(answer.status, answer.body);
  return { body, contentType: 'application/json' };
}

function jsonText(status: number, body: JsonObject): string {
  const text = JSON.stringify(body);
  return status >= 400 && Object.hasOwn(body, 'request_id') ? text : `${text}\n`;
}

/**
 * A whole answer as bytes, for a connection that stays open and a request that Node has not seen.
 */
export function answerBytes(answer: CoreAnswer, encrypted: boolean, now: Date): Buffer {
  const { body = '', contentType } = encoded(answer);
  const headers = encrypted ? tlsHeaders : baseHeaders;
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  lines.push(`Content-Type: ${contentType}`, `Content-Length: ${Buffer.byteLength(body)}`);
  if (answer.retryAfterSeconds !== undefined) {
    lines.push(`Retry-After: ${answer.retryAfterSeconds}`);
  }
  lines.push(`Date: ${now.toUTCString()}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

/** A whole refusal as bytes, for connections on which there is no request to answer. */
export function rawRefusal(refusal: StrongBoxError): string {
  const { status } = refusal;
  const text = jsonText(status, errorBody(refusal));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}
