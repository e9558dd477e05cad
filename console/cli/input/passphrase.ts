/** Pass-phrases of key files: from where they do not show. */
import { failure } from '../../../shared/errors/failure.ts';
import type { Context } from '../context.ts';

const what = 'Pass-phrase';

/**
 * A pass-phrase from a file (`-`: standard input), asked for at the terminal, or else from standard
 * input. The caller zeroes it.
 */
export async function readPassphrase(file: string | undefined, context: Context): Promise<Buffer> {
  if (file === undefined) return context.input.secret(what);
  return context.input.fileOrStandardInput(file);
}

/** The same for a new one, asked for twice. Throws `operator.passphrases-differ`. */
export async function readNewPassphrase(
  file: string | undefined,
  context: Context,
): Promise<Buffer> {
  const passphrase = await readPassphrase(file, context);
  if (file !== undefined || !context.input.interactive) return passphrase;
  const again = await context.input.secret('The same again');
  const same = passphrase.equals(again);
  again.fill(0);
  if (same) return passphrase;
  passphrase.fill(0);
  throw failure('operator.passphrases-differ');
}
