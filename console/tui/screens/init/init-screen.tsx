/** Draws the choice of shares and threshold, and what it means. */
import type { ReactElement } from 'react';
import { emptyLineOf, fitBlock, type Line, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { fit, wrap } from '../../terminal/fit.ts';
import { literal, type SafeText } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type InitView, selectInit } from './init-view.ts';

export function InitComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectInit(model);
  return <Lines lines={fitBlock(initLines(view, columns), columns, rows)} />;
}

function initLines(view: InitView, columns: number): readonly Line[] {
  if (view.isDone) {
    return [
      emptyLineOf,
      lineOf(literal('  This cluster has its key. Esc goes back; :ceremony unseals.'), 'good'),
    ];
  }
  const explained = [
    literal('The key is cut into shares, one for each holder. The agent keeps none of them.'),
    ...view.meaning,
  ].flatMap((sentence) => paragraph(sentence, columns));
  return [
    emptyLineOf,
    numberLine(view, 'shares', literal('shares'), view.shares),
    numberLine(view, 'threshold', literal('needed to unseal'), view.threshold),
    emptyLineOf,
    ...explained,
    emptyLineOf,
    {
      spans: [
        plain('  '),
        plain('<Enter>', 'key'),
        plain(' makes the key, and shows the shares one after the other.'),
      ],
    },
    lineOf(literal('  Have a pen and paper for each holder ready.')),
  ];
}

function numberLine(
  view: InitView,
  field: InitView['field'],
  label: SafeText,
  value: number,
): Line {
  const isChosen = view.field === field;
  return {
    spans: [
      plain(isChosen ? '▸ ' : '  ', 'focus'),
      span(fit(label, 18), isChosen ? 'title' : 'text'),
      plain(isChosen ? ` ‹ ${value} › ` : `   ${value}   `, isChosen ? 'selected' : 'text'),
    ],
  };
}

function paragraph(sentence: SafeText, columns: number): readonly Line[] {
  return wrap(sentence, columns - 4).map((text) => ({ spans: [plain('  '), span(text)] }));
}
