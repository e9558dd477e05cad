/** `strongbox version`: print the version. */
import { productVersion } from '../../client/version.ts';
import { type Command, defineCommand } from '../command.ts';

export const command: Command = defineCommand({
  arguments: '',
  online: false,
  flags: {},
  examples: [['version', 'Version of this program; `status` shows that of the agent']],
  async run({ context }) {
    const version = productVersion();
    await context.printer.result({ value: { version }, table: () => `StrongBox v${version}\n` });
  },
});
