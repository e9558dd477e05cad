/** `strongbox secrets enable`: mount a secrets engine. */
import { type Command, defineCommand } from '../../command.ts';
import { mountBody, mountFlags } from './mount-flags.ts';

export const command: Command = defineCommand({
  arguments: '<type>',
  argumentTexts: { type: 'Engine: kv (version 1 unless --version 2), kv-v2' },
  flags: {
    path: { type: 'text', description: 'Where to mount it; without it under its type' },
    ...mountFlags,
  },
  examples: [
    ['secrets enable --path secret --version 2 kv', 'Secrets with versions at secret/'],
    ['secrets enable kv-v2', 'The same at kv-v2/'],
  ],
  async run({ flags, arguments: [type = ''], context }) {
    const path = flags.path ?? type;
    const body = { type, ...mountBody(flags) };
    await context.client().request({ operation: 'write', path: `sys/mounts/${path}`, body });
    await context.printer.done(`Mounted ${type} at ${path.replaceAll(/^\/+|\/+$/gu, '')}/`);
  },
});
