/** Carries out what verbs want done: requests, children on the terminal, the terminal itself. */
import { problemOf } from '../../client/control-problem.ts';
import { objectIn } from '../../client/members.ts';
import { runWallboard } from '../../dashboard/launch.ts';
import type { Effect } from '../model/effect.ts';
import { linkHealth } from '../model/link.ts';
import { valueText } from '../model/secret-versions.ts';
import { snapshotIn } from '../model/topic.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import { enterShare, found, logIn, prove } from './ceremony-effects.ts';
import { editText } from './editor-effects.ts';
import { performRequest } from './request-effect.ts';
import { discardEdit, editSecret } from './secret-editor.ts';
import type { Tools } from './tools.ts';

/** Base64 in an OSC 52 that terminals take. */
const copyBytesMax = 65_536;

/** Starts an effect; what goes wrong is told on the screen. */
export function performEffect(tools: Tools, effect: Effect): void {
  carryOut(tools, effect).catch((error: unknown) => {
    const what = literal('the console');
    tools.store.happen({ kind: 'problem', what, problem: problemOf(error) });
  });
}

async function carryOut(tools: Tools, effect: Effect): Promise<void> {
  const { verification } = tools;
  switch (effect.kind) {
    case 'request':
      return void (await performRequest(tools, effect));
    case 'reset-ceremony':
      return resetCeremony(tools, effect.reason);
    case 'enter-share':
      return enterShare(tools);
    case 'found':
      return found(tools, { shares: effect.shares, threshold: effect.threshold });
    case 'log-in':
      return logIn(tools);
    case 'prove':
      return prove(tools, effect.operator);
    case 'log-out':
      return logOut(tools);
    case 'edit':
      return editText(tools, effect);
    case 'edit-secret':
      return editSecret(tools, effect);
    case 'discard-edit':
      return discardEdit(tools, effect.path);
    case 'verify':
      return verification.run(effect.source);
    case 'stop-verify':
      return verification.stop();
    case 'dial':
      return dial(tools, effect.address);
    default:
      return useTerminal(tools, effect);
  }
}

async function useTerminal(tools: Tools, effect: Effect): Promise<void> {
  const terminal = tools.terminal();
  switch (effect.kind) {
    case 'copy-value':
      return copyValue(tools, effect);
    case 'copy':
      return copy(tools, effect.text, effect.what);
    case 'wall':
      return wall(tools);
    case 'dump':
      toast(tools, clean(`written to ${await terminal.dump()}`, 160));
      return undefined;
    case 'redraw':
      return terminal.redraw();
    case 'suspend':
      return terminal.stopForShell();
    case 'quit':
      return terminal.exit();
    default:
      return undefined;
  }
}

/** The model forgets at once, even if no agent answers the new socket. */
function logOut({ store, channel, verification }: Tools): void {
  verification.stop();
  channel.setToken(undefined);
  store.happen({ kind: 'logged-out' });
}

async function resetCeremony(tools: Tools, reason: string): Promise<void> {
  const nonce = snapshotIn(tools.store.snapshot().model.ceremony)?.nonce ?? '';
  const outcome = await tools.channel.call('ceremony.reset', { nonce, reason });
  if (outcome.ok) toast(tools, literal('the attempt was dropped; a new one has begun'));
  else {
    const what = literal('abort the attempt');
    tools.store.happen({ kind: 'problem', what, problem: outcome.problem });
  }
}

async function dial(tools: Tools, address: string): Promise<void> {
  let place: ReturnType<Tools['placeOf']>;
  try {
    place = tools.placeOf(address);
  } catch (error) {
    tools.store.happen({ kind: 'problem', what: literal('connect'), problem: problemOf(error) });
    return;
  }
  tools.verification.stop();
  tools.store.happen({ kind: 'dialled', address });
  await tools.channel.dial(place);
}

/** The value passes from the answer to the terminal; the model never holds it. */
async function copyValue(
  tools: Tools,
  { request: wanted, isWrapped, name, what }: Extract<Effect, { kind: 'copy-value' }>,
): Promise<void> {
  const outcome = await tools.channel.request(wanted);
  // The clipboard is not for whoever came since.
  if (!tools.store.isWanted()) return;
  if (!outcome.ok) {
    tools.store.happen({ kind: 'problem', what, problem: outcome.problem });
    return;
  }
  const data = isWrapped ? objectIn(outcome.data, 'data') : outcome.data;
  if (Object.hasOwn(data, name)) copy(tools, valueText(data[name]), what);
  else toast(tools, literal('the secret has no value of that name'));
}

function copy(tools: Tools, text: string, what: SafeText): void {
  const bytes = Buffer.from(text);
  if (bytes.length > copyBytesMax) {
    toast(tools, literal('too large for the clipboard'));
    return;
  }
  tools.terminal().write(`\u001b]52;c;${bytes.toString('base64')}\u0007`);
  bytes.fill(0);
  toast(tools, clean(`${what} is in the clipboard, if this terminal allows it`, 160));
}

async function wall(tools: Tools): Promise<void> {
  const { store } = tools;
  const source = {
    subscribe: (listener: Parameters<Parameters<typeof runWallboard>[0]['subscribe']>[0]) => {
      const tell = (): void => {
        const { model } = store.snapshot();
        listener({
          cluster: snapshotIn(model.cluster),
          metrics: snapshotIn(model.metrics),
          alarms: snapshotIn(model.alarms),
          stale: linkHealth(model.link, Date.now()).kind !== 'live',
        });
      };
      tell();
      return store.subscribe(tell);
    },
  };
  const terminal = tools.terminal();
  const stdout = { write: (text: string) => terminal.write(text) };
  const end = await terminal.suspended(() => runWallboard(source, { stdout }));
  if (end.outcome === 'failed') toast(tools, clean(`the wallboard ended: ${end.reason}`, 160));
}

function toast({ store }: Tools, text: SafeText): void {
  store.happen({ kind: 'toast', text, tone: 'info' });
}
