/** `strongbox login`: check a token and keep it for the next commands. */
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { writeTokenFile } from '../../client/token-file.ts';
import { type Command, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { askToken, readTokenArgument } from '../input/token-argument.ts';
import { durationText } from '../output/answers.ts';
import { objectTable } from '../output/table.ts';

export const command: Command = defineCommand({
  arguments: '[token..]',
  argumentTexts: { token: '- or nothing: from standard input, or asked for without showing it' },
  description:
    'The token is kept in ~/.strongbox-token, readable by its owner alone. STRONGBOX_TOKEN (or ' +
    'VAULT_TOKEN) in the environment goes before it.',
  flags: {
    method: { type: 'text', description: 'How to log in; this version knows "token" alone' },
    'no-store': { type: 'switch', description: 'Check the token without keeping it' },
  },
  examples: [
    ['login', 'Asks for the token'],
    ['login - < token-file', 'Takes it from a file'],
  ],
  async run({ flags, arguments: words, context }) {
    if (flags.method !== undefined && flags.method !== 'token') {
      throw failure('cli.method-missing', { method: flags.method });
    }
    if (words.length > 1) {
      throw failure('cli.usage', { problem: 'it takes one token', command: 'login' });
    }
    const token = await (words[0] === undefined
      ? askToken(context)
      : readTokenArgument(words[0], context));
    const facts = await lookUp(context, token);
    if (flags['no-store'] !== true) keep(context, token);
    const table = () => objectTable(facts);
    await context.printer.result({ value: facts, table });
  },
});

/** What is known of the token, without the token. */
async function lookUp(context: Context, token: string): Promise<JsonObject> {
  const client = context.clientWith(token);
  const data = await client.data({ operation: 'read', path: 'auth/token/lookup-self' });
  return {
    accessor: data['accessor'] ?? null,
    display_name: data['display_name'] ?? null,
    policies: data['policies'] ?? [],
    duration: durationText(data['ttl']),
    renewable: data['renewable'] ?? false,
  };
}

function keep({ surroundings, printer }: Context, token: string): void {
  const { environment, home } = surroundings;
  printer.note(`The token is kept in ${writeTokenFile(environment, home, token)}.`);
  for (const variable of ['STRONGBOX_TOKEN', 'VAULT_TOKEN']) {
    if (environment[variable] === undefined) continue;
    printer.warn(`${variable} is set and will be used instead; unset it`);
    return;
  }
}
