import { AssertionFailure } from '../../../shared/assert.ts';
import { utf8Decode, utf8Encode } from '../../../shared/encoding/utf8.ts';
import { platformParse } from '../../../shared/json/platform-parse.ts';
import type { JsonObject } from '../../../shared/json/value.ts';

/**
 * JSON at rest. It was checked when it came in (shared/json) and is authenticated by the barrier,
 * so text that does not parse is our own bug. The parser's message would quote a secret: it is
 * dropped.
 */

export function encodeStored(value: JsonObject): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}

export function decodeStored(bytes: Uint8Array): JsonObject {
  try {
    return platformParse(utf8Decode(bytes)) as JsonObject;
  } catch {
    throw new AssertionFailure('a stored secret is JSON');
  }
}
