/** `strongbox kv undelete`: bring back deleted versions of a secret. */
import type { Command } from '../../command.ts';
import { versionCommand } from './version-command.ts';

export const command: Command = versionCommand({
  name: 'undelete',
  example: 'Version 3 can be read again',
  done: 'Brought back (unless destroyed)',
});
