/** `strongbox console`: the console in the terminal, or one look at a view of it. */
import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { failure } from '../../../shared/errors/failure.ts';
import { holderCharactersMax } from '../../../shared/control/sealed-share.ts';
import type { ControlPlace } from '../../client/control-dial.ts';
import { ControlRefusal } from '../../client/control-problem.ts';
import { endpointText } from '../../client/endpoint.ts';
import { readTokenAt } from '../../client/token-file.ts';
import type { App } from '../../tui/app/step.ts';
import type { Settings } from '../../tui/model/model.ts';
import type { ConsoleOptions } from '../../tui/options.ts';
import { isThemeName, themeNames } from '../../tui/terminal/theme.ts';
import { viewNames } from '../../tui/view-names.ts';
import { type Command, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';

const sizeWithoutTerminal = { columns: 100, rows: 30 };

export const command: Command = defineCommand({
  arguments: '[object]',
  argumentTexts: { object: 'What the view is opened on: a node, a path, a name' },
  description:
    'Several consoles on one agent show the same state. It is read only until `:write` opens a ' +
    'window for changes; `?` shows the keys of a view, `:` takes commands, `q` quits.',
  flags: {
    view: { type: 'text', description: 'View to begin with', choices: [...viewNames] },
    once: { type: 'switch', description: 'Print the view and end; exit code 2 if it is sealed' },
    'read-only': { type: 'switch', description: 'Keep the window for changes shut' },
    theme: { type: 'text', description: 'How it looks', choices: [...themeNames] },
    name: { type: 'text', description: 'Your name, as other consoles and the ceremony show it' },
    'token-file': { type: 'text', description: 'File that holds the token' },
  },
  examples: [
    ['console', 'On the agent of this folder, or of this host'],
    ['console --address https://node-2:8200 --ca-cert ca.pem', 'On another host'],
    ['console --once --view cluster --format json', 'The state of the cluster, for a script'],
  ],
  async run({ flags, arguments: [object], context }) {
    const view = flags.view ?? 'cluster';
    if (view === 'policy' && object === undefined) {
      const problem = 'the view "policy" is opened on a name';
      throw failure('cli.usage', { problem, command: 'console' });
    }
    const start: Start = { view, argument: object, name: holderName(flags.name) };
    const token = tokenOf(context, flags['token-file']);
    if (flags.once === true) return lookOnce(context, start, token);
    if (!hasTerminal(context)) {
      const line = `strongbox console --once --view ${view} --format json`;
      context.surroundings.stderr.write(`The console needs a terminal; for a script: ${line}\n`);
      return 2;
    }
    const theme = flags.theme !== undefined && isThemeName(flags.theme) ? flags.theme : 'dark';
    const readOnly = flags['read-only'] === true;
    const program = await loadConsole();
    return program.runConsole({ ...consoleOptions(context, start), token, theme, readOnly });
  },
});

interface Start {
  readonly view: string;
  readonly argument: string | undefined;
  readonly name: string;
}

function consoleOptions(
  context: Context,
  { view, argument, name }: Start,
): Omit<ConsoleOptions, 'token' | 'theme' | 'readOnly'> {
  const { environment, folder, home, stdin, stdout } = context.surroundings;
  const place = context.place();
  return {
    place,
    placeOf: (address) => context.place(address),
    address: endpointText(place.endpoint),
    holder: name,
    view,
    argument,
    environment,
    home,
    folder,
    stdin,
    stdout,
  };
}

function tokenOf(context: Context, file: string | undefined): string | undefined {
  if (file === undefined) return context.token?.token;
  const found = readTokenAt(file);
  if (found !== undefined) return found.token;
  throw failure('client.token-file-unreadable', { file, reason: 'there is no token in it' });
}

/** One on which a cursor can be placed: under cron and in some editors TERM says that none can. */
function hasTerminal({ surroundings: { stdin, stdout, environment } }: Context): boolean {
  return stdin.isTTY && stdout.isTTY && environment['TERM'] !== 'dumb';
}

/** Printable and short; others see it. */
function holderName(given: string | undefined): string {
  const name = given ?? `${userName()}@${hostname()}`;
  return name.replaceAll(/[^\p{L}\p{N}\p{P} ]/gu, '').slice(0, holderCharactersMax) || 'somebody';
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

async function lookOnce(
  context: Context,
  { view, argument, name }: Start,
  token: string | undefined,
): Promise<number> {
  const place = context.place();
  const settings = settingsOf(place, { view, argument, name });
  const { lookOnce: look } = await import('../../tui/app/once.ts');
  const { screenOf } = await import('../../tui/screens/screens.ts');
  const app = await refusedAsFailure(place, () =>
    look({ place, token, settings, size: sizeWithoutTerminal }),
  );
  const text = context.format === 'table' ? await drawOnce(app) : '';
  const value = screenOf(view).plain(app.model);
  await context.printer.result({ value, table: () => text });
  return isSealed(app) ? 2 : 0;
}

function settingsOf(place: ControlPlace, { view, argument, name }: Start): Settings {
  return { address: endpointText(place.endpoint), holder: name, start: { view, argument } };
}

/** A script is told of a refusal as of any other: by code and exit status. */
async function refusedAsFailure<Result>(
  { endpoint }: ControlPlace,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    const { status, message } = error.problem;
    throw failure('client.control-refused', {
      endpoint: endpointText(endpoint),
      status,
      reason: message,
    });
  }
}

function isSealed({ model: { ceremony } }: App): boolean {
  return ceremony.state === 'ready' && ceremony.snapshot.state !== 'done';
}

async function drawOnce(app: App): Promise<string> {
  const program = await loadConsole();
  return program.drawApp(app);
}

interface ConsoleProgram {
  runConsole(options: ConsoleOptions): Promise<number>;
  drawApp(app: App): string;
}

/**
 * The program with Ink and React: one bundle where it was built, else what the compiler wrote. It
 * is found by its place, because sources with markup cannot be loaded as they are.
 */
async function loadConsole(): Promise<ConsoleProgram> {
  const candidates = ['../../tui/console.mjs', '../../tui/main.js', builtFromSource];
  const found = candidates
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  if (found === undefined) throw failure('cli.console-not-built');
  return (await import(found.href)) as ConsoleProgram;
}

/** Run from its sources, the command line uses what was built of the rest. */
const builtFromSource = '../../../.build/console/tui/main.js';
