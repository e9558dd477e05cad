/** Draws the tree of secrets, and the versions and masked values of the selected one. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { Form } from '../../components/form.tsx';
import { emptyLineOf, fitBlock, type Line, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { List } from '../../components/list.tsx';
import { fitOrCount, paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { fit, wrap } from '../../terminal/fit.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { countText } from '../../model/figures.ts';
import type { KeyChange } from '../../model/secret-versions.ts';
import type { ScreenProps } from '../screen-props.ts';
import { formFields } from './secret-form.ts';
import { type SecretDetails, type SecretsView, selectSecrets } from './secrets-view.ts';

const treeShare = 0.44;
const nameColumns = 16;

export function SecretsComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectSecrets(model);
  const left = Math.floor(columns * treeShare);
  const right = columns - left;
  return (
    <Box>
      <Tree view={view} columns={left} rows={rows} />
      {view.form === undefined ? (
        <Details view={view} columns={right} rows={rows} />
      ) : (
        <FormPane view={view} columns={right} rows={rows} />
      )}
    </Box>
  );
}

interface PartProps {
  readonly view: SecretsView;
  readonly columns: number;
  readonly rows: number;
}

function Tree({ view, columns, rows }: PartProps): ReactElement {
  const hidden = view.hiddenCount === 0 ? '' : ` · ${countText(view.hiddenCount)} hidden`;
  const further = view.furtherCount === 0 ? '' : ` · ${countText(view.furtherCount)} more: / finds`;
  const inner = { columns: columns - 2, rows: rows - 2 };
  const items = view.tree.map(({ id, depth, mark, name, note }) => ({
    id,
    line: {
      spans: [
        plain('  '.repeat(depth)),
        span(mark, 'muted'),
        span(name, id.endsWith('/') ? 'accent' : 'text'),
        plain(' '),
        span(note, 'muted'),
      ],
    },
  }));
  return (
    <Pane
      title={literal(`secrets${hidden}${further}`)}
      columns={columns}
      rows={rows}
      focused={view.pane === 'tree'}
    >
      {items.length === 0 ? (
        <Lines
          lines={fitBlock(paragraph(view.empty, inner.columns, 'muted'), inner.columns, inner.rows)}
        />
      ) : (
        <List items={items} selectedId={view.selectedId} {...inner} />
      )}
    </Pane>
  );
}

function Details({ view, columns, rows }: PartProps): ReactElement {
  const { secret } = view;
  const title = secret === undefined ? literal('secret') : clean(secret.path, columns);
  const lines =
    secret === undefined ? folderLines(columns - 2) : secretLines(secret, columns - 2, view.pane);
  return (
    <Pane title={title} columns={columns} rows={rows} focused={view.pane === 'versions'}>
      <Lines lines={fitOrCount(lines, columns - 2, rows - 2)} />
    </Pane>
  );
}

function folderLines(columns: number): readonly Line[] {
  const words = 'Enter unfolds a folder, n makes a secret, / filters what is shown.';
  return paragraph(literal(words), columns, 'muted');
}

function secretLines(
  secret: SecretDetails,
  columns: number,
  pane: SecretsView['pane'],
): readonly Line[] {
  return [
    ...factLines(secret),
    ...versionLines(secret, pane),
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
  pane: SecretsView['pane'],
): readonly Line[] {
  return versions.map(({ id, text, token }) => {
    const isChosen = id === String(version);
    const line: Line = { spans: [plain(isChosen ? '▸ ' : '  '), span(text, token)] };
    return isChosen && pane === 'versions' ? { ...line, token: 'selected' } : line;
  });
}

function valueLines(
  { values, note, revealedSeconds, version }: SecretDetails,
  columns: number,
): readonly Line[] {
  const of = version === 0 ? '' : ` of v${version}`;
  const head =
    revealedSeconds > 0
      ? lineOf(literal(` values${of} · masked again in ${revealedSeconds} s`), 'warning')
      : lineOf(
          literal(` values${of}${values.length === 0 ? '' : ' · masked, <x> reveals'}`),
          'title',
        );
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
  return [head, ...noted, ...lines];
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

function FormPane({ view, columns, rows }: PartProps): ReactElement {
  const { form } = view;
  if (form === undefined) return <Lines lines={[]} />;
  const newer = view.newerVersion === undefined ? '' : ` (v${view.newerVersion} is newer: C-r)`;
  const what = form.cas === 0 ? `new${newer}` : `change v${form.cas}${newer}`;
  const title = clean(`${what}: ${form.path}`, columns);
  return (
    <Pane title={title} columns={columns} rows={rows} focused>
      <Form
        fields={formFields(form)}
        state={form.form}
        focused
        columns={columns - 2}
        rows={rows - 2}
      />
    </Pane>
  );
}
