/**
 * The dialog before a dangerous act: what would happen, to what, where, and how to take it back.
 * The keys that it answers to are those of keys/confirm.ts.
 */
import type { ReactElement } from 'react';
import { actKey, armedInMs, missing, type Confirmation } from '../keys/confirm.ts';
import { keyLabel } from '../keys/key-name.ts';
import type { LineInput } from '../keys/line-input.ts';
import { wrap } from '../terminal/fit.ts';
import { join, literal, type SafeText } from '../terminal/safe-text.ts';
import { inputLine } from './input-line.ts';
import { emptyLineOf, lineOf, plain, span, type Line } from './line.ts';
import { Modal } from './modal.tsx';
import { modalColumns, type ScreenSize } from './modal-size.ts';

export interface ConfirmDialogProps {
  readonly confirmation: Confirmation;
  readonly screen: ScreenSize;
  readonly nowMs: number;
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { confirmation, screen } = props;
  const columns = modalColumns(screen);
  const lines = [
    ...warningLines(confirmation, columns),
    emptyLineOf,
    ...proofLines(props, columns),
  ];
  return <Modal title={confirmation.warning.act} lines={lines} screen={screen} />;
}

function warningLines({ warning, target }: Confirmation, columns: number): readonly Line[] {
  const { cluster, effect, undo, count } = warning;
  const object =
    count === undefined ? target.name : join([target.name, literal(`(${count} objects)`)]);
  return [
    { spans: [plain('cluster  '), span(cluster, 'cluster')] },
    { spans: [plain('object   '), span(object, 'title')] },
    ...labelled('effect   ', effect, columns),
    ...labelled('undo     ', undo, columns),
  ];
}

function labelled(label: string, text: SafeText, columns: number): readonly Line[] {
  const indent = ' '.repeat(label.length);
  return wrap(text, columns - label.length).map((part, index) => ({
    spans: [plain(index === 0 ? label : indent), { text: part }],
  }));
}

function proofLines({ confirmation, nowMs }: ConfirmDialogProps, columns: number): readonly Line[] {
  const { danger, name, reason } = confirmation;
  if (danger === 1) return [questionLine];
  const asked = danger === 2 ? 'type the name  ' : 'type cluster   ';
  const fields = [
    fieldLine(asked, name, { columns, focused: confirmation.field === 'name' }),
    ...(danger === 3
      ? [
          fieldLine('reason         ', reason, {
            columns,
            focused: confirmation.field === 'reason',
          }),
        ]
      : []),
  ];
  return [...fields, emptyLineOf, stateLine(confirmation, nowMs)];
}

const questionLine: Line = {
  spans: [plain('<y>', 'key'), plain(' yes   '), plain('<n>', 'key'), plain(' no')],
};

function fieldLine(
  label: string,
  value: LineInput,
  { columns, focused }: { readonly columns: number; readonly focused: boolean },
): Line {
  const field = inputLine(value, columns - label.length, focused);
  return { spans: [plain(label, focused ? 'focus' : 'text'), ...field.spans] };
}

function stateLine(confirmation: Confirmation, nowMs: number): Line {
  const leftMs = armedInMs(confirmation, nowMs);
  if (leftMs === undefined) {
    const wanted = join([literal('waiting for:'), missing(confirmation) as SafeText]);
    return lineOf(wanted, 'muted');
  }
  if (leftMs > 0) return lineOf(literal(`armed in ${Math.ceil(leftMs / 1_000)} s`), 'warning');
  return {
    spans: [
      plain(keyLabel(actKey), 'key'),
      plain(' do it   '),
      plain('<Esc>', 'key'),
      plain(' cancel'),
    ],
  };
}
