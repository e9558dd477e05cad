/** Verbs of every view: where to go, the write window, login, and the terminal itself. */
import { isFailure } from '../../../shared/errors/failure.ts';
import { parseDurationSeconds } from '../../../shared/units/duration.ts';
import { type Effect, emit, go, several, toast } from '../model/effect.ts';
import { spanText } from '../model/figures.ts';
import { writeWindowSecondsDefault, writeWindowSecondsMax } from '../model/limits.ts';
import type { Model } from '../model/model.ts';
import { literal } from '../terminal/safe-text.ts';
import type { Screen, ScreenVerb } from './screen.ts';
import { unsavedWork } from './unsaved.ts';

/** The verbs that open screens: one for each. */
export function openingVerbs(screens: readonly Screen[]): readonly ScreenVerb[] {
  return screens.map(({ view, command, help }) => ({
    ...base,
    id: `open.${view}`,
    title: view,
    help,
    command,
    run: ({ args }) => go(view, args[0]),
  }));
}

const base = {
  keys: [],
  view: 'global',
  danger: 0,
  needsWrite: false,
  enabledWhen: () => true,
} as const;

export const globalVerbs: readonly ScreenVerb[] = [
  {
    ...base,
    id: 'write.open',
    title: 'write',
    help: 'open the window in which changes can be made: ten minutes, or as long as said',
    keys: ['C-o'],
    command: {
      name: 'write',
      parameters: [{ name: 'DURATION', optional: true, values: () => ['5m', '10m', '30m', '1h'] }],
    },
    enabledWhen: ({ write }) => !write.locked || 'this console was started with --read-only',
    run: ({ args }) => openWindow(args[0]),
  },
  {
    ...base,
    id: 'write.close',
    title: 'read only',
    help: 'close the write window now',
    command: { name: 'ro', aliases: ['readonly'] },
    run: () => emit({ kind: 'write-window', seconds: 0 }),
  },
  {
    ...base,
    id: 'session.log-in',
    title: 'log in',
    help: 'enter a token; it is read in a process of its own and never shown',
    command: { name: 'login' },
    enabledWhen: isUnsealed,
    run: () => ({ kind: 'log-in' }),
  },
  {
    ...base,
    id: 'session.log-out',
    title: 'log out',
    help: 'forget the token in this console; it stays valid elsewhere',
    command: { name: 'logout' },
    enabledWhen: ({ identity }) => identity.kind !== 'anonymous' || 'nobody is logged in',
    run: () => ({ kind: 'log-out' }),
  },
  {
    ...base,
    id: 'session.prove',
    title: 'prove',
    help: "prove a registered operator's name with the key file in your home; asks its pass-phrase",
    command: { name: 'prove', parameters: [{ name: 'OPERATOR' }] },
    enabledWhen: ({ identity }) => identity.kind === 'known' || 'log in first: :login',
    run: ({ args: [operator = ''] }) => ({ kind: 'prove', operator }),
  },
  {
    ...base,
    id: 'terminal.help',
    title: 'help',
    help: 'the keys and commands of this view',
    command: { name: 'help', aliases: ['h'] },
    run: () => ({ kind: 'help' }),
  },
  {
    ...base,
    id: 'terminal.wall',
    title: 'wallboard',
    help: 'figures for a screen on the wall; q comes back',
    command: { name: 'wall' },
    run: () => ({ kind: 'wall' }),
  },
  {
    ...base,
    id: 'view.refresh',
    title: 'read again',
    help: 'read what this view shows again',
    keys: ['R', 'F5'],
    run: () => emit({ kind: 'stale', prefix: '' }),
  },
  {
    ...base,
    id: 'terminal.redraw',
    title: 'redraw',
    help: 'draw the whole screen anew',
    keys: ['C-l'],
    run: () => ({ kind: 'redraw' }),
  },
  {
    ...base,
    id: 'terminal.suspend',
    title: 'suspend',
    help: 'to the shell; `fg` comes back',
    keys: ['C-z'],
    run: () => ({ kind: 'suspend' }),
  },
  {
    ...base,
    id: 'terminal.dump',
    title: 'screen dump',
    help: 'write what is on the screen to a file that only you can read',
    keys: ['C-s'],
    command: { name: 'dump' },
    run: () => ({ kind: 'dump' }),
  },
  {
    ...base,
    id: 'terminal.quit-key',
    title: 'quit',
    help: 'leave the console, from its first view; elsewhere Esc goes back',
    keys: ['q', 'C-c'],
    enabledWhen: canLeave,
    run: () => ({ kind: 'quit' }),
  },
  {
    ...base,
    id: 'terminal.quit',
    title: 'quit',
    help: 'leave the console',
    command: { name: 'quit', aliases: ['q'] },
    run: () => ({ kind: 'quit' }),
  },
];

/** One key throws nothing away that was typed; a whole word does. */
function canLeave(model: Model): true | string {
  if (model.places.length > model.firstPlaces) {
    return 'q quits from the first view: Esc goes back, :quit leaves from here';
  }
  const [first, ...more] = unsavedWork(model);
  if (first === undefined) return true;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return `not saved: ${first}${others}; :quit leaves all the same`;
}

function isUnsealed({ ceremony }: Model): true | string {
  const isSealed = ceremony.state === 'ready' && ceremony.snapshot.state !== 'done';
  return !isSealed || 'the agent is sealed: nobody can log in before it is unsealed';
}

function openWindow(duration: string | undefined): Effect {
  const seconds = secondsOf(duration);
  if (seconds === undefined || seconds === 0 || seconds > writeWindowSecondsMax) {
    return toast(literal('a write window is 1s to 1h long, as in :write 10m'));
  }
  const said = literal(`changes can be made for ${spanText(seconds)}; :ro ends that`);
  return several(emit({ kind: 'write-window', seconds }), toast(said));
}

function secondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return writeWindowSecondsDefault;
  try {
    return parseDurationSeconds(duration);
  } catch (error) {
    if (isFailure(error, 'units.duration-invalid') || isFailure(error, 'units.duration-too-long')) {
      return undefined;
    }
    throw error;
  }
}
