import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import type { Client } from '../../../client/client.ts';
import { findKvPlace, type KvPlace } from '../../../client/kv-mount.ts';
import type { FlagSpecs } from '../../flag-specs.ts';
import { objectTable, sections } from '../../output/table.ts';

/** What all commands under `kv` share. */

export const mountFlag = {
  mount: { type: 'text', description: 'Mount that the path is below; else it begins with it' },
} as const satisfies FlagSpecs;

export const pathText = { path: 'Path of the secret, as secret/app/db' } as const;

export const dataText = 'name=value, name=@FILE, name=- (standard input), @FILE or - (JSON object)';

/** Finds a secret that must have a name. */
export async function findSecret(
  client: Client,
  path: string,
  mount: string | undefined,
): Promise<KvPlace> {
  const place = await findKvPlace(client, { path, mount });
  if (place.path !== '') return place;
  throw failure('client.path-invalid', { reason: 'it names the mount and no secret below it' });
}

/** The same where only version 2 has what is asked for. */
export async function findVersioned(
  client: Client,
  path: string,
  mount: string | undefined,
): Promise<KvPlace> {
  const place = await findSecret(client, path, mount);
  requireVersion2(place, 'versions or metadata');
  return place;
}

export function requireVersion2(place: KvPlace, what: string): void {
  if (place.version !== 2) throw failure('cli.kv-version', { mount: place.mount, what });
}

/** Version numbers from `--versions 1,2 --versions 3`. */
export function readVersions(texts: readonly string[], name: string): number[] {
  const numbers = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  if (numbers.length > 0 && numbers.every((text) => /^[1-9]\d{0,9}$/u.test(text))) {
    return numbers.map(Number);
  }
  const problem = '--versions is a list of version numbers, as 1,2';
  throw failure('cli.usage', { problem, command: name });
}

/** Metadata of a version under the path that it lies at. */
export function versionTable(path: string, metadata: JsonObject): string {
  return sections([
    ['Secret Path', `${path}\n`],
    ['Metadata', objectTable(metadata)],
  ]);
}
