import { keyFilePath } from '../../../keys/key-file-store.ts';
import type { Context } from '../../context.ts';

/** What the commands about an operator's key file have in common. */
export const keyFlags = {
  file: { type: 'text', description: 'The key file (~/.strongbox-operator-key)' },
  'passphrase-file': {
    type: 'text',
    description: 'File with the pass-phrase, or - (standard input), instead of asking',
  },
} as const;

export function chosenKeyFile(file: string | undefined, { surroundings }: Context): string {
  return file ?? keyFilePath(surroundings.home);
}
