/** Labelled fields, one a row, with a hint or a problem under the one that has the keyboard. */
import { memo, type ReactElement } from 'react';
import { emptyLine, lineText, type LineInput } from '../keys/line-input.ts';
import { displayWidth } from '../terminal/display-width.ts';
import { fit, wrap } from '../terminal/fit.ts';
import { join, literal, type SafeText } from '../terminal/safe-text.ts';
import type { FormField, FormState } from './form-state.ts';
import { inputLine, shownLine } from './input-line.ts';
import { fitBlock, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface FormProps {
  readonly fields: readonly FormField[];
  readonly state: FormState;
  /** What is wrong with a field, by its identifier. */
  readonly problems?: ReadonlyMap<string, SafeText>;
  readonly focused: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** Always as many, whatever is behind them. */
const dots = literal('••••••••');

export const Form = memo(function Form(props: FormProps): ReactElement {
  const { fields, columns, rows } = props;
  const labelColumns = Math.max(0, ...fields.map(({ label }) => displayWidth(label))) + 2;
  const blocks = fields.map((field) => fieldLines(props, field, labelColumns));
  return <Lines lines={fitBlock(scrolled(props, blocks), columns, rows)} />;
});

/** The blocks from the first that lets the field with the keyboard be seen whole. */
function scrolled(
  { fields, state, rows }: FormProps,
  blocks: readonly (readonly Line[])[],
): readonly Line[] {
  const focused = fields.findIndex(({ id }) => id === state.focusedId);
  let first = 0;
  const height = (): number => blocks.slice(first, focused + 1).flat().length;
  while (first < focused && height() > rows) first += 1;
  return blocks.slice(first).flat();
}

function fieldLines(props: FormProps, field: FormField, labelColumns: number): readonly Line[] {
  const { state, focused, columns, problems } = props;
  const isFocused = focused && state.focusedId === field.id;
  const label = span(fit(field.label, labelColumns), isFocused ? 'focus' : 'text');
  const mark = plain(isFocused ? '▸ ' : '  ');
  const value = state.values.get(field.id) ?? emptyLine;
  const shown = valueLine(field, value, { columns: columns - labelColumns - 2, isFocused });
  const problem = problems?.get(field.id);
  const said = problem ?? (isFocused ? field.hint : undefined);
  const first: Line = { spans: [mark, label, ...shown.spans] };
  if (said === undefined) return [first];
  const indent = plain(' '.repeat(labelColumns + 2));
  const token = problem === undefined ? 'muted' : 'bad';
  const parts = wrap(said, Math.max(8, columns - labelColumns - 2));
  return [first, ...parts.map((part) => ({ spans: [indent, span(part, token)] }))];
}

function valueLine(
  { kind }: FormField,
  value: LineInput,
  { columns, isFocused }: { readonly columns: number; readonly isFocused: boolean },
): Line {
  if (kind === 'choice') {
    const text = join([literal('‹'), shownLine(value, columns), literal('›')]);
    return { spans: [span(text, isFocused ? 'selected' : 'text')] };
  }
  if (kind === 'text') return inputLine(value, columns, isFocused);
  const masked = lineText(value) === '' ? literal('') : dots;
  return { spans: isFocused ? [span(masked), plain(' ', 'selected')] : [span(masked)] };
}
