/** `strongbox token capabilities`: show what a token may do on paths. */
import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import type { ApiCall } from '../../../client/client.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { readTokenArgument } from '../../input/token-argument.ts';
import { rowsTable } from '../../output/table.ts';
import { accessorFlag } from './target.ts';

export const command: Command = defineCommand({
  arguments: '<token-or-path..>',
  argumentTexts: {
    'token-or-path': 'Paths; in front of them may stand a token, or - (standard input)',
  },
  flags: accessorFlag,
  examples: [
    ['token capabilities secret/data/app', 'What the own token may do there'],
    ['token capabilities --accessor ACCESSOR secret/data/app', 'What another one may do'],
  ],
  async run({ flags, arguments: words, context }) {
    const [first = ''] = words;
    const named = first === '-' || /^(?:s|b|hvs|hvb)\.\S/u.test(first);
    const paths = named ? words.slice(1) : words;
    if (paths.length === 0) {
      throw failure('cli.usage', { problem: 'a path is needed', command: 'token capabilities' });
    }
    const token = named ? await readTokenArgument(first, context) : undefined;
    const call = capabilitiesCall(paths, token, flags.accessor);
    const data = await context.client().data(call);
    await showCapabilities(data, paths, context);
  },
});

function capabilitiesCall(
  paths: readonly string[],
  token: string | undefined,
  accessor: string | undefined,
): ApiCall {
  const operation = 'write';
  if (accessor !== undefined) {
    return { operation, path: 'sys/capabilities-accessor', body: { accessor, paths } };
  }
  if (token !== undefined) return { operation, path: 'sys/capabilities', body: { token, paths } };
  return { operation, path: 'sys/capabilities-self', body: { paths } };
}

/** The answer may be keyed by a tidied spelling; with one path it is also under `capabilities`. */
async function showCapabilities(
  data: JsonObject,
  paths: readonly string[],
  context: Context,
): Promise<void> {
  const found = (path: string) =>
    data[path] ?? data[path.replace(/^\/+/u, '')] ?? data['capabilities'] ?? null;
  const value = Object.fromEntries(paths.map((path) => [path, found(path)]));
  const rows = paths.map((path) => [path, found(path)]);
  const table = () => rowsTable(['Path', 'Capabilities'], rows);
  await context.printer.result({ value, table });
}
