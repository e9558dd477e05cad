/** Carries out what verbs want done: requests, children on the terminal, the terminal itself. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { requestBytesMax } from '../../../shared/limits.ts';
import { problemOf } from '../../client/control-problem.ts';
import { objectIn } from '../../client/members.ts';
import { runWallboard } from '../../dashboard/launch.ts';
import type { Effect, RequestEffect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import { linkHealth } from '../model/link.ts';
import { valueText } from '../model/secret-versions.ts';
import { snapshotIn } from '../model/topic.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import { editorProgram } from '../terminal/suspend.ts';
import { enterShare, found, logIn, prove } from './ceremony-effects.ts';
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
      return request(tools, effect);
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
      return edit(tools, effect);
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

async function request({ store, channel }: Tools, effect: RequestEffect): Promise<void> {
  const outcome = await channel.request(effect.request);
  const { tag, what, success, changes = [], then: after = [], quiet = [] } = effect;
  const events: ModelEvent[] = [];
  if (tag !== undefined) events.push({ kind: 'done', tag, outcome });
  // After a failure as well: it may say that somebody else was there before.
  for (const prefix of changes) events.push({ kind: 'stale', prefix });
  if (outcome.ok) {
    events.push(...after);
    if (success !== undefined) events.push({ kind: 'toast', text: success, tone: 'good' });
    for (const warning of outcome.warnings) {
      events.push({ kind: 'toast', text: clean(warning, 160), tone: 'info' });
    }
  } else if (!quiet.includes(outcome.problem.code)) {
    events.push({ kind: 'problem', what, problem: outcome.problem });
  }
  store.happenAll(events);
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

/** A copy in a folder that only this user can look into; it is gone afterwards. */
async function edit(
  tools: Tools,
  { tag, text, fileName }: Extract<Effect, { kind: 'edit' }>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-edit-'));
  const file = join(folder, basename(fileName));
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    const program = editorProgram(tools.environment, file);
    const end = await tools.terminal().run(program);
    if (end.code !== 0) {
      const reason = end.reason ?? end.signal ?? `it ended with ${end.code}`;
      toast(tools, clean(`nothing was taken over from the editor: ${reason}`, 160));
      return;
    }
    const edited = await readFile(file);
    if (edited.length > requestBytesMax) {
      toast(tools, literal('the file is too large; nothing was taken over'));
      return;
    }
    tools.store.happen({ kind: 'edited', tag, text: edited.toString('utf8') });
  } finally {
    await rm(folder, { recursive: true, force: true });
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
  tools.store.happen({ kind: 'dialled', address });
  await tools.channel.dial(place);
}

/** The value passes from the answer to the terminal; the model never holds it. */
async function copyValue(
  tools: Tools,
  { request: wanted, isWrapped, name, what }: Extract<Effect, { kind: 'copy-value' }>,
): Promise<void> {
  const outcome = await tools.channel.request(wanted);
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
