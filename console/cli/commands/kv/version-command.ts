import { kvPath } from '../../../client/kv-mount.ts';
import { type Command, defineCommand } from '../../command.ts';
import { findVersioned, mountFlag, pathText, readVersions } from './place.ts';

/** A command that does one thing to named versions of a secret. */
export interface VersionAction {
  /** Of the API's path, and of the command. */
  readonly name: 'destroy' | 'undelete';
  readonly example: string;
  /** What is said once it was done, before the path. */
  readonly done: string;
}

/** The command of an action; it always names its versions, so that none is meant by mistake. */
export function versionCommand({ name, example, done }: VersionAction): Command {
  return defineCommand({
    arguments: '<path>',
    argumentTexts: pathText,
    flags: {
      ...mountFlag,
      versions: { type: 'texts', description: 'Versions that are meant, as 1,2' },
    },
    examples: [[`kv ${name} --versions 3 secret/app/db`, example]],
    async run({ flags, arguments: [typed = ''], context }) {
      const versions = readVersions(flags.versions, `kv ${name}`);
      const client = context.client();
      const place = await findVersioned(client, typed, flags.mount);
      const path = kvPath(place, name);
      await client.request({ operation: 'write', path, body: { versions } });
      await context.printer.done(`${done}: ${typed}, versions ${versions.join(', ')}`);
    },
  });
}
