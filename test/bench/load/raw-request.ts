/**
 * Requests as the bytes that go over the wire (RFC 9112), so that every generator sends the same
 * and none of them spends time on making them.
 */
import { utf8Encode } from '../../../shared/encoding/utf8.ts';

export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  /** With its query, as in `/v1/secret/data/one`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** `host`: as in `127.0.0.1:8200`. */
export function rawRequest(host: string, request: BenchRequest): Uint8Array<ArrayBuffer> {
  const { method, path, headers, body } = request;
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${utf8Encode(body).length}`);
  return utf8Encode(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
}
