/** Keys in the palette and in the filter line. */
import { paletteHistoryEntriesMax } from '../../limits.ts';
import type { KeyName } from './key-name.ts';
import { editLine, emptyLine, lineOf, lineText, pasteLine, type LineInput } from './line-input.ts';
import { popMode, replaceTop, type LineMode } from './mode.ts';
import { parseCommand, suggestions } from './palette.ts';
import type { Intent, Routed, RouterState, Surroundings } from './routing.ts';
import { startVerb } from './start-verb.ts';

const none = { kind: 'none' } as const;

const refusedPaste = {
  'control-characters': 'paste refused: it holds line breaks or control characters',
  'too-long': 'paste refused: the line would be too long',
  secret: 'paste refused: it looks like a share or a token',
} as const;

interface LineKey {
  readonly top: LineMode;
  readonly key: KeyName;
}

/** What a key does to the line, or with it. */
export function routeLine<Model, Effect>(
  state: RouterState,
  { top, key }: LineKey,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  if (key === 'Esc' || key === 'C-c' || (key === 'Backspace' && lineText(top.line) === '')) {
    return leave(state, top);
  }
  if (top.purpose === 'filter') return routeFilter(state, { top, key });
  if (key === 'Enter') return submit(state, top, surroundings);
  if (key === 'Tab') return complete(state, top, surroundings);
  if (key === 'Up') return recall(state, top, top.historyDepth + 1);
  if (key === 'Down') return recall(state, top, top.historyDepth - 1);
  return withLine(state, top, editLine(top.line, key));
}

/** A paste is put in; it never submits. */
export function pasteIntoLine<Model, Effect>(
  state: RouterState,
  { top, text }: { readonly top: LineMode; readonly text: string },
  _surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const pasted = pasteLine(top.line, text);
  return typeof pasted === 'string'
    ? withProblem(state, top, refusedPaste[pasted])
    : withLine(state, top, pasted);
}

/** Esc gives the filter back that was there before. */
function leave<Effect>(state: RouterState, top: LineMode): Routed<Effect> {
  const intent: Intent<Effect> =
    top.purpose === 'filter' ? { kind: 'filter', text: top.before } : none;
  return { state: closed(state), intent };
}

function routeFilter<Effect>(state: RouterState, { top, key }: LineKey): Routed<Effect> {
  if (key === 'Enter') return { state: closed(state), intent: none };
  return withLine(state, top, editLine(top.line, key));
}

/** The line changed: the filter acts while it is typed, the palette only offers more. */
function withLine<Effect>(state: RouterState, top: LineMode, line: LineInput): Routed<Effect> {
  const mode = { ...top, line, historyDepth: 0, problem: '' };
  const intent: Intent<Effect> =
    top.purpose === 'filter' ? { kind: 'filter', text: lineText(line) } : none;
  return { state: { ...state, modes: replaceTop(state.modes, mode) }, intent };
}

function submit<Model, Effect>(
  state: RouterState,
  top: LineMode,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const typed = lineText(top.line).trim();
  const text = typed === '-' ? (state.history[0] ?? '') : typed;
  const parsed = parseCommand(text, surroundings.verbs, surroundings.view);
  if (parsed.kind === 'empty') return { state: closed(state), intent: none };
  if (parsed.kind === 'wrong') return withProblem(state, top, parsed.problem);
  const history = [text, ...state.history.filter((entry) => entry !== text)];
  const next = closed({ ...state, history: history.slice(0, paletteHistoryEntriesMax) });
  return startVerb(next, parsed, surroundings);
}

/** Tab takes what all suggestions agree on, or else the first of them. */
function complete<Model, Effect>(
  state: RouterState,
  top: LineMode,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const text = lineText(top.line);
  const lines = suggestions(text, surroundings.verbs, surroundings).map(({ line }) => line);
  const [first] = lines;
  if (first === undefined) return { state, intent: none };
  const common = commonStart(lines);
  return withLine(state, top, lineOf(common.length > text.length ? common : first));
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

function recall<Effect>(state: RouterState, top: LineMode, depth: number): Routed<Effect> {
  if (depth < 0 || depth > state.history.length) return { state, intent: none };
  const entry = state.history[depth - 1];
  const line = entry === undefined ? emptyLine : lineOf(entry);
  const mode = { ...top, line, historyDepth: depth, problem: '' };
  return { state: { ...state, modes: replaceTop(state.modes, mode) }, intent: none };
}

/** What is wrong is said beside the line, and stays until that is changed. */
function withProblem<Effect>(state: RouterState, top: LineMode, problem: string): Routed<Effect> {
  const modes = replaceTop(state.modes, { ...top, problem });
  return { state: { ...state, modes }, intent: none };
}

function closed(state: RouterState): RouterState {
  return { ...state, modes: popMode(state.modes) };
}
