/** `strongbox secrets disable`: unmount a secrets engine and remove all its data. */
import { type Command, defineCommand } from '../../command.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: { path: 'Where the engine is mounted' },
  description: 'Everything in it is gone for good.',
  flags: {},
  examples: [['secrets disable old/', 'The engine at old/ and all its secrets']],
  async run({ arguments: [path = ''], context }) {
    await context.client().request({ operation: 'delete', path: `sys/mounts/${path}` });
    await context.printer.done(`Unmounted (if it was there): ${path}`);
  },
});
