/**
 * How things look, by what they mean. Components name tokens; a theme turns a token into a style.
 * Colour is never the only sign: every state also has a shape and a word, so the mono theme (and
 * `NO_COLOR`, https://no-color.org) loses no information. Bold, inverse and underline stay there.
 */

export interface Style {
  readonly color?: string;
  readonly backgroundColor?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

export const tokens = [
  'text',
  'muted',
  'title',
  'accent',
  'good',
  'warning',
  'bad',
  'border',
  'focus',
  'selected',
  'cluster',
  'key',
  'field',
  'added',
  'removed',
  'chart',
] as const;
export type Token = (typeof tokens)[number];

export const themeNames = ['dark', 'light', 'colour-blind', 'mono'] as const;
export type ThemeName = (typeof themeNames)[number];

export interface Theme {
  readonly name: ThemeName;
  readonly styles: Readonly<Record<Token, Style>>;
}

/** What stays when there is no colour. */
const mono: Readonly<Record<Token, Style>> = {
  text: {},
  muted: {},
  title: { bold: true },
  accent: { bold: true },
  good: {},
  warning: { bold: true },
  bad: { bold: true, underline: true },
  border: {},
  focus: { bold: true },
  selected: { inverse: true },
  cluster: { inverse: true, bold: true },
  key: { bold: true },
  field: { underline: true },
  added: { bold: true },
  removed: { underline: true },
  chart: {},
};

/** The sixteen colours of the user's own palette. */
const dark: Readonly<Record<Token, Style>> = {
  ...mono,
  muted: { color: 'gray' },
  accent: { color: 'cyan' },
  good: { color: 'green' },
  warning: { color: 'yellow' },
  bad: { color: 'redBright', bold: true },
  border: { color: 'gray' },
  focus: { color: 'cyan' },
  cluster: { color: 'black', backgroundColor: 'cyan', bold: true },
  key: { color: 'cyan' },
  added: { color: 'green' },
  removed: { color: 'red' },
  chart: { color: 'cyan' },
};

const light: Readonly<Record<Token, Style>> = {
  ...dark,
  accent: { color: 'blue' },
  warning: { color: '#8a5a00' },
  bad: { color: 'red', bold: true },
  focus: { color: 'blue' },
  cluster: { color: 'white', backgroundColor: 'blue', bold: true },
  key: { color: 'blue' },
  chart: { color: 'blue' },
};

/** Blue and orange of M. Okabe and K. Ito's set: told apart with any kind of colour vision. */
const colourBlind: Readonly<Record<Token, Style>> = {
  ...dark,
  accent: { color: '#56b4e9' },
  good: { color: '#56b4e9' },
  warning: { color: '#f0e442' },
  bad: { color: '#e69f00', bold: true },
  focus: { color: '#56b4e9' },
  cluster: { color: 'black', backgroundColor: '#56b4e9', bold: true },
  key: { color: '#56b4e9' },
  added: { color: '#56b4e9' },
  removed: { color: '#e69f00' },
  chart: { color: '#56b4e9' },
};

const themes: Readonly<Record<ThemeName, Theme>> = {
  dark: { name: 'dark', styles: dark },
  light: { name: 'light', styles: light },
  'colour-blind': { name: 'colour-blind', styles: colourBlind },
  mono: { name: 'mono', styles: mono },
};

/** The theme of the user's choice; without colours there is only one. */
export function themeOf(choice: ThemeName, colours: boolean): Theme {
  return colours ? themes[choice] : themes.mono;
}

export function isThemeName(text: string): text is ThemeName {
  return (themeNames as readonly string[]).includes(text);
}
