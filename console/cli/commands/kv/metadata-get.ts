/** `strongbox kv metadata get`: read the settings and versions of a secret. */
import { kvPath } from '../../../client/kv-mount.ts';
import { objectIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { safeText } from '../../output/safe-text.ts';
import { objectTable, sections } from '../../output/table.ts';
import { findVersioned, mountFlag, pathText } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  flags: mountFlag,
  examples: [['kv metadata get secret/app/db', 'Settings, custom metadata and versions']],
  async run({ flags, arguments: [typed = ''], context }) {
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const path = kvPath(place, 'metadata');
    const answer = await client.request({ operation: 'read', path });
    const { versions: _, ...settings } = objectIn(answer.body, 'data');
    const versions = objectIn(objectIn(answer.body, 'data'), 'versions');
    const table = () =>
      sections([
        ['Metadata Path', `${safeText(path)}\n`],
        ['Metadata', objectTable(settings)],
        ...Object.keys(versions).map(
          (version) =>
            [`Version ${safeText(version)}`, objectTable(objectIn(versions, version))] as const,
        ),
      ]);
    await context.printer.result({
      value: answer.body,
      fields: objectIn(answer.body, 'data'),
      table,
    });
  },
});
