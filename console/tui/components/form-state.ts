/**
 * A form being filled in. A masked field hides its length as well as its letters. Unseal shares
 * and pass-phrases never come here: they are bytes in a process of their own.
 */
import type { InputEvent } from '../keys/input-event.ts';
import {
  editLine,
  emptyLine,
  lineOf,
  lineText,
  pasteLine,
  pasteValue,
  type LineInput,
  type PasteProblem,
} from '../keys/line-input.ts';
import type { SafeText } from '../terminal/safe-text.ts';

export interface FormField {
  readonly id: string;
  readonly label: SafeText;
  readonly kind: 'text' | 'masked' | 'choice';
  /** Of a choice: Left and Right go through them. */
  readonly options?: readonly string[];
  readonly hint?: SafeText;
}

export interface FormState {
  readonly values: ReadonlyMap<string, LineInput>;
  readonly focusedId: string;
}

type FieldEvent = Extract<InputEvent, { kind: 'key' | 'paste' }>;

export function formOf(
  fields: readonly FormField[],
  values: ReadonlyMap<string, string> = new Map(),
): FormState {
  return {
    values: new Map(fields.map((field) => [field.id, lineOf(firstValue(field, values))])),
    focusedId: fields[0]?.id ?? '',
  };
}

export function formValue({ values }: FormState, id: string): string {
  return lineText(values.get(id) ?? emptyLine);
}

/** The form after a key or paste, or why a paste was refused. Tab, Enter, Up, Down change field. */
export function editForm(
  state: FormState,
  fields: readonly FormField[],
  event: FieldEvent,
): FormState | PasteProblem {
  const field = fields.find(({ id }) => id === state.focusedId);
  if (field === undefined) return state;
  const value = state.values.get(field.id) ?? emptyLine;
  if (event.kind === 'paste') {
    if (field.kind === 'choice') return state;
    const paste = field.kind === 'masked' ? pasteValue : pasteLine;
    const pasted = paste(value, event.text);
    return typeof pasted === 'string' ? pasted : withValue(state, field.id, pasted);
  }
  const step = steps.get(event.key);
  if (step !== undefined) return moveFocus(state, fields, step);
  const edited =
    field.kind === 'choice' ? choose(field, value, event.key) : editLine(value, event.key);
  return edited === value ? state : withValue(state, field.id, edited);
}

const steps: ReadonlyMap<string, number> = new Map([
  ['Tab', 1],
  ['Enter', 1],
  ['Down', 1],
  ['S-Tab', -1],
  ['Up', -1],
]);

function firstValue({ id, kind, options }: FormField, values: ReadonlyMap<string, string>): string {
  return values.get(id) ?? (kind === 'choice' ? (options?.[0] ?? '') : '');
}

function moveFocus(state: FormState, fields: readonly FormField[], step: number): FormState {
  const index = fields.findIndex(({ id }) => id === state.focusedId);
  const next = fields.at((index + step + fields.length) % fields.length);
  return { ...state, focusedId: next?.id ?? state.focusedId };
}

function choose({ options = [] }: FormField, value: LineInput, key: string): LineInput {
  const step = key === 'Right' || key === 'Space' ? 1 : key === 'Left' ? -1 : 0;
  if (step === 0 || options.length === 0) return value;
  const index = options.indexOf(lineText(value));
  return lineOf(options.at((index + step + options.length) % options.length) ?? '');
}

function withValue(state: FormState, id: string, value: LineInput): FormState {
  return { ...state, values: new Map([...state.values, [id, value]]) };
}
