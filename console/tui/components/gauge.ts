/** `disk  ████████░░░░  77 %!`: a share as a bar, its figure, and a mark when it is too high. */
import { fit } from '../terminal/fit.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { barText } from './braille.ts';
import { fitLine, plain, span, type Line } from './line.ts';

export interface GaugeProps {
  readonly label: SafeText;
  readonly labelColumns: number;
  /** 0 to 1; undefined while it is not known. */
  readonly share: number | undefined;
  /** From where on it is marked. */
  readonly warnAt: number;
  readonly columns: number;
}

const figureColumns = 7;

export function gaugeLine({ label, labelColumns, share, warnAt, columns }: GaugeProps): Line {
  const name = span(fit(label, labelColumns));
  if (share === undefined) return fitLine({ spans: [name, plain(' not known', 'muted')] }, columns);
  const isHigh = share >= warnAt;
  const token: Token = isHigh ? 'warning' : 'chart';
  const width = Math.max(1, columns - labelColumns - figureColumns - 1);
  const figure = `${Math.round(share * 100)} %${isHigh ? '!' : ' '}`.padStart(figureColumns);
  const spans = [name, plain(' '), span(barText(share, width), token), plain(figure, token)];
  return fitLine({ spans }, columns);
}
