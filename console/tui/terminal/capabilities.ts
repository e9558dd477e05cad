/**
 * What the terminal can do and who may be looking over its shoulder, from the environment alone.
 * Pure, so that a screen never reads `process`.
 */

export type ColourDepth = 'none' | 'sixteen' | 'palette' | 'full';

export interface Capabilities {
  readonly colours: ColourDepth;
  /** Whether both ends are terminals: otherwise the console prints a command and ends. */
  readonly interactive: boolean;
  /** Signs that what is shown may be recorded or relayed: `tmux`, `screen`, `SSH`, … */
  readonly recordingHints: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Ends {
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
}

const recorders: readonly (readonly [variable: string, hint: string])[] = [
  ['TMUX', 'tmux'],
  ['STY', 'screen'],
  ['SSH_TTY', 'SSH'],
  ['ASCIINEMA_REC', 'asciinema'],
  ['SCRIPT', 'script'],
];

export function capabilitiesOf(environment: Environment, ends: Ends): Capabilities {
  return {
    colours: colourDepth(environment),
    interactive: ends.stdinIsTerminal && ends.stdoutIsTerminal,
    recordingHints: recorders
      .filter(([variable]) => isSet(environment[variable]))
      .map(([, hint]) => hint),
  };
}

/** https://no-color.org: any value but the empty one means no colours. */
function colourDepth({ NO_COLOR, COLORTERM, TERM = '' }: Environment): ColourDepth {
  if (isSet(NO_COLOR) || TERM === 'dumb' || TERM === '') return 'none';
  if (COLORTERM === 'truecolor' || COLORTERM === '24bit') return 'full';
  return /256/.test(TERM) ? 'palette' : 'sixteen';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
