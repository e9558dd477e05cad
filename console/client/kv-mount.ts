import type { JsonObject } from '../../shared/json/value.ts';
import { hasStatus } from './answer.ts';
import { apiPath } from './api-path.ts';
import type { Client } from './client.ts';
import { numberIn, objectIn, textIn } from './members.ts';

/**
 * Where a secret lies. Version 2 has other paths than version 1, and a mount can have several
 * segments: the server is asked which mount a path belongs to, as Vault's command line does.
 */
export interface KvPlace {
  /** With its slash. */
  readonly mount: string;
  readonly version: 1 | 2;
  /** Below the mount, without slashes at its ends; may be empty. */
  readonly path: string;
}

/** What a person named: a whole path, or a path below `--mount`. */
export interface KvName {
  readonly path: string;
  readonly mount: string | undefined;
}

/** Finds the mount. Throws what the server refuses: without rights to it the path tells nothing. */
export async function findKvPlace(client: Client, { path, mount }: KvName): Promise<KvPlace> {
  const whole = apiPath(mount === undefined ? path : `${withoutSlashes(mount)}/${path}`);
  const asked = mount === undefined ? whole : apiPath(mount);
  const data = await readMount(client, asked);
  const place = textIn(data, 'path') || `${whole.split('/')[0]}/`;
  return {
    mount: place,
    version: versionOf(data),
    path: whole.startsWith(place) ? whole.slice(place.length) : '',
  };
}

/** API path of a secret: `part` is version 2's first segment. */
export function kvPath(
  place: KvPlace,
  part: 'data' | 'metadata' | 'delete' | 'undelete' | 'destroy',
): string {
  return place.version === 2 ? `${place.mount}${part}/${place.path}` : place.mount + place.path;
}

async function readMount(client: Client, path: string): Promise<JsonObject> {
  try {
    return await client.data({ operation: 'read', path: `sys/internal/ui/mounts/${path}` });
  } catch (error) {
    // Servers from before version 2 do not know the question: they have version 1 alone.
    if (hasStatus(error, 404)) return {};
    throw error;
  }
}

function versionOf(data: JsonObject): 1 | 2 {
  const options = objectIn(data, 'options');
  return textIn(options, 'version') === '2' || numberIn(options, 'version') === 2 ? 2 : 1;
}

function withoutSlashes(text: string): string {
  return text.replaceAll(/^\/+|\/+$/gu, '');
}
