/** `strongbox secrets tune`: change settings of a mount. */
import { type Command, defineCommand } from '../../command.ts';
import { mountFlags, tuneBody } from './mount-flags.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: { path: 'Where the engine is mounted' },
  flags: mountFlags,
  examples: [['secrets tune --max-lease-ttl 30d secret/', 'What is not named stays']],
  async run({ flags, arguments: [path = ''], context }) {
    const target = `sys/mounts/${path.replaceAll(/^\/+|\/+$/gu, '')}/tune`;
    await context.client().request({ operation: 'write', path: target, body: tuneBody(flags) });
    await context.printer.done(`Tuned: ${path}`);
  },
});
