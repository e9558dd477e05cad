/**
 * Tones as colours (ANSI X3.64 SGR), and no colour at all where the operator wants none
 * (https://no-color.org). Words and shapes say the same, so nothing is lost without.
 */
import type { Line, Tone } from './view.ts';

const codes: Readonly<Record<Tone, string>> = {
  good: '36',
  warning: '33',
  bad: '1;31',
  muted: '90',
  plain: '1',
};

export function painted({ text, tone }: Line): string {
  return `\u001b[${codes[tone]}m${text}\u001b[m`;
}

/**
 * The stream with the colours taken out of what is written; everything else of it stays. The
 * widgets know no screen without colours: their canvases write them into every cell.
 */
export function withoutColours(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: readonly never[]): boolean =>
    stream.write(typeof chunk === 'string' ? stripColours(chunk) : chunk, ...rest);
  return new Proxy(stream, {
    get: (target, name) => {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Takes the colour parameters out of each SGR sequence; bold, underline and inverse stay. */
export function stripColours(text: string): string {
  return text.replace(/\u001b\[([\d;]*)m/g, (_, parameters: string) => {
    if (parameters === '') return '\u001b[m';
    const kept = keptParameters(parameters.split(';').map(Number));
    return kept.length === 0 ? '' : `\u001b[${kept.join(';')}m`;
  });
}

function keptParameters(parameters: readonly number[]): readonly number[] {
  const kept: number[] = [];
  for (let index = 0; index < parameters.length; index += 1) {
    const parameter = parameters[index] ?? 0;
    // 38 and 48 are followed by `5;n` or `2;r;g;b`.
    if (parameter === 38 || parameter === 48) index += parameters[index + 1] === 2 ? 4 : 2;
    else if (parameter < 30 || parameter > 107) kept.push(parameter);
  }
  return kept;
}
