import { checkToken } from '../../client/token.ts';
import type { Context } from '../context.ts';

/** A token that is meant: `-` takes it from standard input or a prompt. */
export async function readTokenArgument(word: string, context: Context): Promise<string> {
  if (word !== '-') {
    context.printer.warn(
      'a token among the arguments can be seen by others on this host; write - instead',
    );
    return checkToken(word, 'the arguments');
  }
  return askToken(context);
}

/** Asks for a token, or takes it from standard input. */
export async function askToken(context: Context): Promise<string> {
  const bytes = await context.input.secret('Token');
  try {
    return checkToken(bytes.toString('utf8'), 'standard input');
  } finally {
    bytes.fill(0);
  }
}
