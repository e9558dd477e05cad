/** `strongbox kv destroy`: remove the data of versions for good. */
import type { Command } from '../../command.ts';
import { versionCommand } from './version-command.ts';

export const command: Command = versionCommand({
  name: 'destroy',
  example: 'The data of version 3 is gone for good',
  done: 'Destroyed',
});
