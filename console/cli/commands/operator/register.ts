/** `strongbox operator register`: bind a name to the keys of a key file. */
import { encodeBase64 } from '../../../../shared/encoding/base64.ts';
import { canonicalName } from '../../../../shared/path/name.ts';
import { openKeyFile } from '../../../keys/key-file.ts';
import { readKeyFile } from '../../../keys/key-file-store.ts';
import type { OperatorKey } from '../../../keys/operator-key.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { readPassphrase } from '../../input/passphrase.ts';
import { chosenKeyFile, keyFlags } from './key-flags.ts';

export const command: Command = defineCommand({
  arguments: '<name>',
  argumentTexts: { name: 'Name of the operator, as others will see it' },
  description:
    'The registration is signed with the key, so the pass-phrase is needed. ' +
    'Keys that the name had before are replaced.',
  flags: keyFlags,
  examples: [['operator register alice', 'The keys of ~/.strongbox-operator-key as alice']],
  async run({ flags, arguments: [typed = ''], context }) {
    const name = canonicalName(typed);
    const key = await openKey(
      chosenKeyFile(flags.file, context),
      flags['passphrase-file'],
      context,
    );
    const { signingKey, boxKey } = key.publicKeys;
    const body = {
      signing_key: encodeBase64(signingKey),
      box_key: encodeBase64(boxKey),
      proof: encodeBase64(key.signRegistration(name)),
    };
    const path = `sys/operators/${name}`;
    await context.client().request({ operation: 'write', path, body });
    const facts = { name, fingerprint: key.fingerprint };
    await context.printer.done(`Registered: ${name}, fingerprint ${key.fingerprint}`, facts);
  },
});

async function openKey(
  file: string,
  passphraseFile: string | undefined,
  context: Context,
): Promise<OperatorKey> {
  const keyFile = readKeyFile(file);
  const passphrase = await readPassphrase(passphraseFile, context);
  try {
    return await openKeyFile(keyFile, passphrase, file);
  } finally {
    passphrase.fill(0);
  }
}
