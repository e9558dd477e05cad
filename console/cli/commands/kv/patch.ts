/** `strongbox kv patch`: change some values of a secret. */
import { failure } from '../../../../shared/errors/failure.ts';
import { mergePatch } from '../../../../shared/json/merge-patch.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { type ApiAnswer, hasStatus } from '../../../client/answer.ts';
import type { Client } from '../../../client/client.ts';
import { kvPath } from '../../../client/kv-mount.ts';
import { numberIn, objectIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { readValues } from '../../input/values.ts';
import { dataText, findVersioned, mountFlag, pathText, versionTable } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path> <data..>',
  argumentTexts: { ...pathText, data: dataText },
  description:
    'Values that are not named stay. Where the server or the policy knows no patch, the secret ' +
    'is read, changed and written under check-and-set.',
  flags: {
    ...mountFlag,
    cas: { type: 'count', description: 'Change only if this is the newest version' },
    method: {
      type: 'text',
      description: 'patch, or rw: read, change and write',
      choices: ['patch', 'rw'],
    },
  },
  examples: [
    ['kv patch secret/app/db password=-', 'One value; the others stay'],
    ['kv patch secret/app/db @change.json', 'A JSON merge patch; null removes a value'],
  ],
  async run({ flags, arguments: [typed = '', ...words], context }) {
    const patch = await readValues(words, context.input);
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const change = { path: kvPath(place, 'data'), patch, cas: flags.cas };
    const answer = await applyPatch(client, change, flags.method);
    const metadata = objectIn(answer.body, 'data');
    if (answer.status === 404) {
      const version = numberIn(metadata, 'version');
      const state = metadata['destroyed'] === true ? 'destroyed' : 'deleted';
      throw failure('cli.kv-version-gone', { path: typed, version, state, cure: '' });
    }
    const table = () => versionTable(change.path, metadata);
    await context.printer.result({ value: answer.body, fields: metadata, table });
  },
});

interface Change {
  readonly path: string;
  readonly patch: JsonObject;
  readonly cas: number | undefined;
}

async function applyPatch(
  client: Client,
  change: Change,
  method: string | undefined,
): Promise<ApiAnswer> {
  if (method === 'rw') return readAndWrite(client, change);
  const options = change.cas === undefined ? {} : { cas: change.cas };
  const body = { data: change.patch, options };
  try {
    return await client.request({ operation: 'patch', path: change.path, body });
  } catch (error) {
    const unknown = hasStatus(error, 405) || hasStatus(error, 403);
    if (method === 'patch' || !unknown) throw error;
    return readAndWrite(client, change);
  }
}

/** Under check-and-set on the version that was read: nobody's write in between is lost. */
async function readAndWrite(client: Client, { path, patch, cas }: Change): Promise<ApiAnswer> {
  const read = await client.request({ operation: 'read', path });
  const current = objectIn(read.body, 'data');
  if (read.status === 404) return { status: 404, body: { data: objectIn(current, 'metadata') } };
  const version = numberIn(objectIn(current, 'metadata'), 'version');
  const data = mergePatch(objectIn(current, 'data'), patch);
  const body = { data, options: { cas: cas ?? version } };
  return client.request({ operation: 'write', path, body });
}
