/** `strongbox operator keygen`: make an operator's own keys. */
import { encodeBase64 } from '../../../../shared/encoding/base64.ts';
import { freshInputs, makeKeyFile } from '../../../keys/key-file.ts';
import { requireNoKeyFile, writeKeyFile } from '../../../keys/key-file-store.ts';
import { type Command, defineCommand } from '../../command.ts';
import { readNewPassphrase } from '../../input/passphrase.ts';
import { objectTable } from '../../output/table.ts';
import { chosenKeyFile, keyFlags } from './key-flags.ts';

export const command: Command = defineCommand({
  arguments: '',
  description:
    'Two key pairs, to sign with and to seal to, in a file that only its pass-phrase opens. ' +
    'An existing file is never overwritten.',
  flags: keyFlags,
  examples: [
    ['operator keygen', 'Asks for a new pass-phrase twice'],
    ['operator keygen --file bob.key --passphrase-file - < phrase', 'For scripts'],
  ],
  online: false,
  async run({ flags, context }) {
    const file = chosenKeyFile(flags.file, context);
    requireNoKeyFile(file);
    const passphrase = await readNewPassphrase(flags['passphrase-file'], context);
    try {
      const { text, key } = await makeKeyFile(passphrase, freshInputs());
      writeKeyFile(file, text);
      const { signingKey, boxKey } = key.publicKeys;
      const facts = {
        file,
        fingerprint: key.fingerprint,
        signing_key: encodeBase64(signingKey),
        box_key: encodeBase64(boxKey),
      };
      await context.printer.result({ value: facts, table: () => objectTable(facts) });
      context.printer.note('Next: strongbox operator register NAME, then compare the fingerprint.');
    } finally {
      passphrase.fill(0);
    }
  },
});
