/** `strongbox kv put`: write a secret; with version 2 as its next version. */
import { kvPath } from '../../../client/kv-mount.ts';
import { objectIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { readValues } from '../../input/values.ts';
import {
  dataText,
  findSecret,
  mountFlag,
  pathText,
  requireVersion2,
  versionTable,
} from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path> <data..>',
  argumentTexts: { ...pathText, data: dataText },
  description: 'All values are replaced; `kv patch` changes some.',
  flags: {
    ...mountFlag,
    cas: { type: 'count', description: 'Write only if this is the newest version (0: none yet)' },
  },
  examples: [
    ['kv put secret/app/db user=app password=-', 'The password is asked for, or read from input'],
    ['kv put secret/app/tls cert=@cert.pem key=@key.pem', 'Values from files'],
    ['kv put --cas 3 secret/app/db @db.json', 'All values from a file, if nobody was faster'],
  ],
  async run({ flags, arguments: [typed = '', ...words], context }) {
    const data = await readValues(words, context.input);
    const client = context.client();
    const place = await findSecret(client, typed, flags.mount);
    const path = kvPath(place, 'data');
    if (place.version === 1) {
      if (flags.cas !== undefined) requireVersion2(place, 'check-and-set');
      await client.request({ operation: 'write', path, body: data });
      await context.printer.done(`Written: ${path}`);
      return;
    }
    const options = flags.cas === undefined ? {} : { cas: flags.cas };
    const answer = await client.request({ operation: 'write', path, body: { data, options } });
    const metadata = objectIn(answer.body, 'data');
    const table = () => versionTable(path, metadata);
    await context.printer.result({ value: answer.body, fields: metadata, table });
  },
});
