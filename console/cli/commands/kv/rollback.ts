/** `strongbox kv rollback`: write an older version again, as the newest. */
import { failure } from '../../../../shared/errors/failure.ts';
import { kvPath } from '../../../client/kv-mount.ts';
import { numberIn, objectIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { findVersioned, mountFlag, pathText, versionTable } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  description: 'Nothing is overwritten: the old data becomes the next version.',
  flags: {
    ...mountFlag,
    version: { type: 'count', description: 'Version to write again (needed)' },
  },
  examples: [['kv rollback --version 2 secret/app/db', 'What was version 2 becomes the newest']],
  async run({ flags, arguments: [typed = ''], context }) {
    const { version } = flags;
    if (version === undefined || version === 0) {
      throw failure('cli.usage', { problem: '--version is needed', command: 'kv rollback' });
    }
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const history = await client.data({ operation: 'read', path: kvPath(place, 'metadata') });
    const path = kvPath(place, 'data');
    const old = await client.request({ operation: 'read', path, query: { version: `${version}` } });
    if (old.status === 404) {
      const details = { path: typed, version, state: 'deleted or destroyed', cure: '' };
      throw failure('cli.kv-version-gone', details);
    }
    const data = objectIn(objectIn(old.body, 'data'), 'data');
    const body = { data, options: { cas: numberIn(history, 'current_version') } };
    const answer = await client.request({ operation: 'write', path, body });
    const metadata = objectIn(answer.body, 'data');
    const table = () => versionTable(path, metadata);
    await context.printer.result({ value: answer.body, fields: metadata, table });
  },
});
