/**
 * Names of log fields whose values are never written, at any depth. A belt to the braces: code does
 * not log secrets in the first place. Matched without case, `-` and `_`.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import { StrongBoxError } from '../../shared/errors/failure.ts';
import { framesOf } from '../../shared/errors/frames.ts';
import { logDepthMax } from './limits.ts';

const secretNames: ReadonlySet<string> = new Set([
  'accessor',
  'authorization',
  'body',
  'clienttoken',
  'cookie',
  'data',
  'encodedtoken',
  'key',
  'keys',
  'keysbase64',
  'nonce',
  'otp',
  'password',
  'plaintext',
  'privatekey',
  'roottoken',
  'secret',
  'secretid',
  'share',
  'shares',
  'token',
  'xvaulttoken',
]);

const redacted = '[redacted]';

/** A copy of the fields with the values of secret names replaced, bounded in depth. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(source: object, depth: number): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(source)) {
    copy[name] = secretNames.has(plain(name)) ? redacted : redactValue(value, depth + 1);
  }
  return copy;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > logDepthMax) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redactObject(value, depth);
}

/**
 * Name, code and place. The messages of our own errors are made for eyes; those of others may quote
 * what was being worked on (`JSON.parse` does).
 */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const ours = error instanceof StrongBoxError || error instanceof AssertionFailure;
  return {
    name: error.name,
    ...(ours ? { message: error.message } : {}),
    ...('code' in error ? { code: String(error.code) } : {}),
    stack: framesOf(error),
    ...(error.cause === undefined ? {} : { cause: redactCause(error.cause, depth + 1) }),
  };
}

/** Only errors tell why: any other cause may be data. */
function redactCause(cause: unknown, depth: number): unknown {
  if (!(cause instanceof Error)) return typeof cause;
  return depth > logDepthMax ? '[too deep]' : redactError(cause, depth);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
