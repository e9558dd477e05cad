/**
 * The secrets browser: which folders are open, which version is looked at, what is revealed for a
 * few seconds. Values are nowhere else in the model, and leave it when the time is over, when the
 * terminal loses the focus, and when anything else is looked at.
 */
import type { JsonObject } from '../../../shared/json/value.ts';
import { objectIn } from '../../client/members.ts';
import { type FormState, formValue } from '../components/form-state.ts';
import type { ApiOutcome } from './api.ts';
import type { ModelEvent } from './event.ts';
import { revealMs } from './limits.ts';
import type { Pending, Ticket } from './pending.ts';
import { foldersTo } from './secret-tree.ts';
import { type KeyChange, keyChanges, valueText } from './secret-versions.ts';

export interface SecretsState {
  /** Folders that are unfolded. */
  readonly open: readonly string[];
  readonly pane: 'tree' | 'versions' | 'form' | 'conflict';
  /** Rows that the right pane is scrolled down. */
  readonly scrolledRows: number;
  /** The version that is looked at; undefined: the current one. */
  readonly version: number | undefined;
  readonly revealed: Revealed | undefined;
  /** The values that are asked for. */
  readonly asked: Pending<AskedSecret> | undefined;
  readonly comparison: Comparison | undefined;
  readonly form: SecretForm | undefined;
  /** Paths of which `$EDITOR` left a text that is not saved; the last one last. */
  readonly kept: readonly string[];
}

export interface AskedSecret {
  readonly path: string;
  /** 0 where its versions are not known. */
  readonly version: number;
  /** Whether the engine wraps the values in `data`, as those with versions do. */
  readonly isWrapped: boolean;
}

export interface Revealed {
  readonly path: string;
  readonly version: number;
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly untilMs: number;
}

export interface Comparison {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** The two questions, by the version that each is about. */
  readonly asked: readonly Pending<number>[];
  /** Values of the first that came; gone once both did. */
  readonly half: { readonly version: number; readonly data: JsonObject } | undefined;
  /** Undefined while one of them is on its way. */
  readonly changes: readonly KeyChange[] | undefined;
  /** Half of it is not kept longer, should the other half never come. */
  readonly untilMs: number;
}

/** Fields that stay empty leave what is there as it is: nothing has to be read to change one. */
export interface SecretForm {
  readonly path: string;
  /** The version that the change is based on; 0 for a new secret. */
  readonly cas: number;
  readonly names: readonly string[];
  /** Names of structures: a form cannot change them. */
  readonly structures: readonly string[];
  /** Of the names the ones that go. */
  readonly removed: readonly string[];
  /** Pairs of fields for names that are not there yet. */
  readonly newNames: number;
  /** Esc was pressed once: what is typed goes with the next one. */
  readonly isLeaving: boolean;
  readonly form: FormState;
  /** The save that is under way. */
  readonly saving: Pending<SentForm> | undefined;
}

/** The form as it was sent: what is typed since is not saved by it. */
export type SentForm = Pick<SecretForm, 'cas' | 'removed' | 'form'>;

export const noSecrets: SecretsState = {
  open: [],
  pane: 'tree',
  scrolledRows: 0,
  version: undefined,
  revealed: undefined,
  asked: undefined,
  comparison: undefined,
  form: undefined,
  kept: [],
};

/** Somebody else has written a version since. */
export const conflictCode = 'kv.cas-mismatch';

/** Nothing of a value is left. */
export function masked(state: SecretsState): SecretsState {
  const { revealed, asked, comparison } = state;
  if (revealed === undefined && asked === undefined && comparison === undefined) return state;
  return { ...state, revealed: undefined, asked: undefined, comparison: undefined };
}

/** Another secret is selected: nothing of the one before stays. */
export function lookedAway(state: SecretsState): SecretsState {
  const { version, pane } = state;
  const next = { ...masked(state), scrolledRows: 0 };
  return version === undefined && pane !== 'versions'
    ? next
    : { ...next, version: undefined, pane: 'tree' };
}

/** Unfolds or folds. */
export function toggled(state: SecretsState, folder: string, wanted?: boolean): SecretsState {
  const isOpen = state.open.includes(folder);
  if (isOpen === (wanted ?? !isOpen)) return state;
  const open = isOpen
    ? state.open.filter((other) => !other.startsWith(folder))
    : [...state.open, folder].slice(-foldersOpenMax);
  return { ...state, open };
}

/** Lists that are kept up to date at once. */
const foldersOpenMax = 32;

/** Everything that leads to a path is unfolded. */
export function openedTo(state: SecretsState, path: string): SecretsState {
  return foldersTo(path).reduce((next, folder) => toggled(next, folder, true), state);
}

export function reduceSecrets(state: SecretsState, event: ModelEvent, nowMs: number): SecretsState {
  switch (event.kind) {
    case 'tick':
      return isOver(state, nowMs) ? masked(state) : state;
    case 'channel': {
      const { event: told } = event;
      const isEnded = told.kind === 'identity' && told.state.kind !== 'known';
      return isEnded ? masked(state) : state;
    }
    case 'focus':
      return event.focused ? state : masked(state);
    case 'opened':
    case 'dialled':
      return lookedAway(state);
    case 'kept': {
      const others = state.kept.filter((path) => path !== event.path);
      return { ...state, kept: event.isKept ? [...others, event.path] : others };
    }
    case 'done':
      return answeredSecret(state, event, nowMs);
    default:
      return state;
  }
}

/** Whether a value has been here for long enough. */
function isOver({ revealed, comparison }: SecretsState, nowMs: number): boolean {
  if (revealed !== undefined && nowMs >= revealed.untilMs) return true;
  return comparison?.half !== undefined && nowMs >= comparison.untilMs;
}

function answeredSecret(
  state: SecretsState,
  { ticket, outcome }: Extract<ModelEvent, { kind: 'done' }>,
  nowMs: number,
): SecretsState {
  const { asked, form, comparison } = state;
  if (asked?.ticket === ticket) return withValues(state, asked.sent, { outcome, nowMs });
  if (form?.saving?.ticket === ticket) return answeredForm(state, form, outcome);
  const half = comparison?.asked.find((one) => one.ticket === ticket);
  return half === undefined ? state : compared(state, outcome, half.sent);
}

/** Whether the secrets browser waits for the answer of this ticket. */
export function awaitsAnswer({ asked, form, comparison }: SecretsState, ticket: Ticket): boolean {
  const waiting = [asked, form?.saving, ...(comparison?.asked ?? [])];
  return waiting.some((one) => one?.ticket === ticket);
}

/** A form in which was typed since stays open: what it adds is a change of what was saved. */
function answeredForm(state: SecretsState, form: SecretForm, outcome: ApiOutcome): SecretsState {
  const { saving, ...rest } = form;
  if (saving === undefined) return state;
  const open = { ...rest, saving: undefined };
  if (!outcome.ok) {
    const isConflict = outcome.problem.code === conflictCode;
    return { ...state, form: open, pane: isConflict ? 'conflict' : state.pane };
  }
  if (isAsSent(form, saving.sent)) return { ...state, form: undefined, pane: 'tree' };
  return { ...state, form: { ...open, cas: saving.sent.cas + 1 } };
}

function isAsSent(now: SecretForm, sent: SentForm): boolean {
  const ids = [...now.form.values.keys()];
  return (
    now.removed.join('\n') === sent.removed.join('\n') &&
    ids.every((id) => formValue(now.form, id) === formValue(sent.form, id))
  );
}

function withValues(
  state: SecretsState,
  { path, version, isWrapped }: AskedSecret,
  { outcome, nowMs }: { readonly outcome: ApiOutcome; readonly nowMs: number },
): SecretsState {
  if (!outcome.ok) return { ...state, asked: undefined };
  const data = isWrapped ? objectIn(outcome.data, 'data') : outcome.data;
  const values = Object.keys(data).map((name) => [name, valueText(data[name])] as const);
  return {
    ...state,
    asked: undefined,
    revealed: { path, version, values, untilMs: nowMs + revealMs },
  };
}

function compared(state: SecretsState, outcome: ApiOutcome, version: number): SecretsState {
  const { comparison } = state;
  if (comparison === undefined || comparison.changes !== undefined) return state;
  if (!outcome.ok) return { ...state, comparison: undefined };
  const data = objectIn(outcome.data, 'data');
  if (comparison.half === undefined) {
    return { ...state, comparison: { ...comparison, half: { version, data } } };
  }
  const [older, newer] =
    comparison.half.version === comparison.from
      ? [comparison.half.data, data]
      : [data, comparison.half.data];
  return {
    ...state,
    comparison: { ...comparison, half: undefined, changes: keyChanges(older, newer) },
  };
}
