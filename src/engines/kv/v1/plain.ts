import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import { durationSecondsOf } from '../../../../shared/units/duration.ts';
import type { View } from '../../../store/view.ts';
import type { Answer } from '../../engine.ts';
import { plainKey } from '../keys.ts';
import { type ListRequest, listNames, scanNames } from '../listing.ts';
import { decodeStored, encodeStored } from '../stored-json.ts';

/** Secrets without versions, under any view: what KV version 1 and the cubbyhole have in common. */

export async function plainExists(view: View, path: string): Promise<boolean> {
  return (await view.get(plainKey(path))) !== undefined;
}

/** The secret at a path. Throws `request.not-found`. */
export async function readPlain(view: View, path: string): Promise<JsonObject> {
  const stored = await view.get(plainKey(path));
  if (stored === undefined) throw failure('request.not-found');
  return decodeStored(stored.value);
}

/** Replaces the secret at a path. Throws `kv.path-missing`, `kv.fields-missing`. */
export function writePlain(view: View, path: string, body: JsonObject): Answer {
  if (path === '') throw failure('kv.path-missing');
  if (Object.keys(body).length === 0) throw failure('kv.fields-missing');
  view.put(plainKey(path), encodeStored(body));
  return {};
}

/** Removes the secret at a path, if there is one. */
export function deletePlain(view: View, path: string): Answer {
  view.delete(plainKey(path));
  return {};
}

/** Names in a folder; an empty list is "not found", as in Vault. */
export async function listPlain(view: View, request: ListRequest): Promise<Answer> {
  const keys = await listNames(view, request);
  if (keys.length === 0) throw failure('request.not-found');
  return { data: { keys } };
}

/** Paths below a folder; an empty one is an empty object. */
export async function scanPlain(view: View, request: ListRequest): Promise<Answer> {
  const keys = await scanNames(view, request);
  return { data: keys.length === 0 ? {} : { keys } };
}

/** What the writer asked for in a `ttl` or `lease` field: when a reader should look again. */
export function leaseSecondsOf(secret: JsonObject, defaultSeconds: number): number {
  const asked: JsonValue | undefined = Object.hasOwn(secret, 'ttl')
    ? secret['ttl']
    : Object.hasOwn(secret, 'lease')
      ? secret['lease']
      : undefined;
  return durationSecondsOf(asked) ?? defaultSeconds;
}
