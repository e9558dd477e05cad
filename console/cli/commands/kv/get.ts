/** `strongbox kv get`: read a secret. */
import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import type { ApiAnswer } from '../../../client/answer.ts';
import { kvPath } from '../../../client/kv-mount.ts';
import { numberIn, objectIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { safeText } from '../../output/safe-text.ts';
import { objectTable, sections } from '../../output/table.ts';
import { findSecret, mountFlag, pathText, requireVersion2 } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  flags: {
    ...mountFlag,
    version: { type: 'count', description: 'Version to read; without it the newest' },
  },
  examples: [
    ['kv get secret/app/db', 'The newest version'],
    ['kv get --field password secret/app/db', 'One value alone, exactly as it is'],
    ['kv get --mount secret --version 1 app/db', 'An older version'],
  ],
  async run({ flags, arguments: [typed = ''], context }) {
    const client = context.client();
    const place = await findSecret(client, typed, flags.mount);
    if (flags.version !== undefined) requireVersion2(place, 'versions');
    const path = kvPath(place, 'data');
    const query = { version: flags.version === undefined ? undefined : String(flags.version) };
    const answer = await client.request({ operation: 'read', path, query });
    const data = objectIn(answer.body, 'data');
    if (place.version === 1) {
      const table = () => objectTable(data);
      await context.printer.result({ value: answer.body, fields: data, table });
      return;
    }
    refuseGone(answer, data, typed);
    const fields = objectIn(data, 'data');
    const table = () =>
      sections([
        ['Secret Path', `${safeText(path)}\n`],
        ['Metadata', objectTable(objectIn(data, 'metadata'))],
        ['Data', objectTable(fields)],
      ]);
    await context.printer.result({ value: answer.body, fields, table });
  },
});

/** A deleted or destroyed version comes as 404 with its metadata. */
function refuseGone(answer: ApiAnswer, data: JsonObject, path: string): void {
  if (answer.status !== 404) return;
  const metadata = objectIn(data, 'metadata');
  const number = numberIn(metadata, 'version');
  const destroyed = metadata['destroyed'] === true;
  const undelete = `. Bring it back: \`strongbox kv undelete --versions ${number} ${path}\``;
  throw failure('cli.kv-version-gone', {
    path,
    version: number,
    state: destroyed ? 'destroyed' : 'deleted',
    cure: destroyed ? '; its data is gone for good' : undelete,
  });
}
