/**
 * The right pane of the secrets browser, as lines. It is scrolled where they do not fit, so how
 * many there are must be known outside of the tree that draws them.
 */
import { emptyLineOf, type Line, lineOf, plain, span } from '../../components/line.ts';
import { paragraph } from '../../components/paragraph.ts';
import type { KeyChange } from '../../model/secret-versions.ts';
import { fit, wrap } from '../../terminal/fit.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import type { ConflictView } from './secret-conflict.ts';
import type { SecretDetails, SecretsView } from './secrets-view.ts';

const treeShare = 0.44;
const nameColumns = 16;
/** `2026-11-25` */
const dayColumns = 10;

/** Of a screen that is so wide the right pane, with its border. */
export function detailColumns(columns: number): number {
  return columns - Math.floor(columns * treeShare);
}

/** In `columns` without the border. */
export function detailLines(view: SecretsView, columns: number): readonly Line[] {
  // The last column is the scroll bar's.
  const inner = columns - 1;
  if (view.conflict !== undefined) return conflictLines(view.conflict, inner);
  if (view.secret === undefined) return folderLines(inner);
  return secretLines(view.secret, inner, view.pane);
}

/** Below the fields of the form: the keys that do what the fields cannot. */
export function formLines({ form, isWritable }: SecretsView, columns: number): readonly Line[] {
  const words = literal('<Tab> next field, <C-n> one more name, <C-x> removes a name');
  const shut = literal('read only: <C-o> lets you make changes for ten minutes');
  return [
    emptyLineOf,
    ...paragraph(words, columns, 'muted'),
    ...(isWritable ? [] : paragraph(shut, columns, 'warning')),
    ...(form?.saving === undefined ? [] : [lineOf(literal('it is being saved …'), 'accent')]),
  ];
}

function conflictLines(view: ConflictView, columns: number): readonly Line[] {
  const { base, newest, rows, revealedSeconds } = view;
  const newer = newest === undefined ? 'another version' : `v${newest}`;
  const head = literal(`you began with v${base}; ${newer} was written meanwhile`);
  const state =
    revealedSeconds > 0
      ? lineOf(literal(` both are shown, masked again in ${revealedSeconds} s`), 'warning')
      : lineOf(literal(' masked, <x> reveals both'), 'muted');
  const name = (text: SafeText): Line => ({ spans: [plain(' '), span(text, 'accent')] });
  return [
    ...paragraph(head, columns, 'warning'),
    state,
    emptyLineOf,
    ...rows.flatMap((row) => [
      name(row.name),
      ...labelled('theirs', row.theirs, { columns, token: 'text' }),
      ...labelled('mine', row.mine, { columns, token: row.token }),
    ]),
    emptyLineOf,
    ...paragraph(literal('<m> keeps yours, <t> takes theirs, <Esc> goes back'), columns, 'muted'),
  ];
}

function labelled(
  label: string,
  value: SafeText,
  { columns, token }: { readonly columns: number; readonly token: Token },
): readonly Line[] {
  const labelColumns = 8;
  return wrap(value, Math.max(8, columns - labelColumns - 3)).map((part, index) => ({
    spans: [
      plain('   '),
      plain((index === 0 ? label : '').padEnd(labelColumns), 'muted'),
      span(part, token),
    ],
  }));
}

function folderLines(columns: number): readonly Line[] {
  const words = 'Enter unfolds a folder, n makes a secret, / filters what is shown.';
  return paragraph(literal(words), columns, 'muted');
}

const keptWords = literal(
  'what you typed in the editor is not saved: E opens it again, :secret discard throws it away',
);

function secretLines(
  secret: SecretDetails,
  columns: number,
  pane: SecretsView['pane'],
): readonly Line[] {
  return [
    ...(secret.isKept ? paragraph(keptWords, columns, 'warning') : []),
    ...factLines(secret),
    ...versionLines(secret, columns, pane),
    emptyLineOf,
    ...(secret.comparison === undefined ? valueLines(secret, columns) : changeLines(secret)),
  ];
}

function factLines({ metadata }: SecretDetails): readonly Line[] {
  if (metadata === undefined) return [];
  const kept = metadata.maxVersions === 0 ? 'default' : String(metadata.maxVersions);
  const cas = metadata.casRequired ? ' · cas required' : '';
  const custom = metadata.custom.map(([name, value]) =>
    lineOf(clean(` ${name}: ${value}`, 120), 'muted'),
  );
  return [lineOf(literal(` versions kept: ${kept}${cas}`), 'muted'), ...custom];
}

function versionLines(
  { versions, version }: SecretDetails,
  columns: number,
  pane: SecretsView['pane'],
): readonly Line[] {
  return versions.map(({ id, text, time, token }) => {
    const isChosen = id === String(version);
    const isWide = 2 + text.length + time.length <= columns;
    const when = isWide ? time : clean(time.slice(0, dayColumns), dayColumns);
    const mark = plain(isChosen ? '▸ ' : '  ');
    const line: Line = { spans: [mark, span(text, token), span(when, token)] };
    return isChosen && pane === 'versions' ? { ...line, token: 'selected' } : line;
  });
}

function valueLines(
  { values, note, revealedSeconds, version }: SecretDetails,
  columns: number,
): readonly Line[] {
  const of = version === 0 ? '' : ` of v${version}`;
  const masked = values.length === 0 ? '' : ' · masked, <x> reveals';
  const head =
    revealedSeconds > 0
      ? paragraph(literal(`values${of} · masked again in ${revealedSeconds} s`), columns, 'warning')
      : paragraph(literal(`values${of}${masked}`), columns, 'title');
  const noted = note === '' ? [] : paragraph(note, columns, 'muted');
  const lines = values.flatMap(({ name, value, isMasked }) => {
    const parts = wrap(value, Math.max(8, columns - nameColumns - 3));
    return parts.map((part, index) => ({
      spans: [
        plain(' '),
        span(fit(index === 0 ? name : literal(''), nameColumns), 'accent'),
        plain('  '),
        span(part, isMasked ? 'muted' : 'text'),
      ],
    }));
  });
  return [...head, ...noted, ...lines];
}

const changeMarks: Readonly<Record<KeyChange['change'], { mark: string; token: Token }>> = {
  same: { mark: '  same    ', token: 'muted' },
  changed: { mark: '~ changed ', token: 'warning' },
  added: { mark: '+ added   ', token: 'added' },
  removed: { mark: '- removed ', token: 'removed' },
};

function changeLines({ comparison }: SecretDetails): readonly Line[] {
  if (comparison === undefined) return [];
  const head = literal(` from v${comparison.from} to v${comparison.to} · no value is shown`);
  const changes = comparison.changes ?? [];
  const waiting = comparison.changes === undefined ? [lineOf(literal(' reading both …'))] : [];
  return [
    lineOf(head, 'title'),
    ...waiting,
    ...changes.map(({ name, change }) => {
      const { mark, token } = changeMarks[change];
      return { spans: [plain(' '), plain(mark, token), span(clean(name, 60))] };
    }),
  ];
}
