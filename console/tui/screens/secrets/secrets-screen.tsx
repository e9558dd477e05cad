/** Draws the tree of secrets, and the versions and masked values of the selected one. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { Form } from '../../components/form.tsx';
import { fitBlock, type Line, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { List, withScrollBar } from '../../components/list.tsx';
import { paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { windowOf } from '../../components/window.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { countText } from '../../model/figures.ts';
import type { Model } from '../../model/model.ts';
import type { TreeRow } from '../../model/secret-tree.ts';
import type { ScreenProps } from '../screen-props.ts';
import { formFields } from './secret-form.ts';
import { detailColumns, detailLines, formLines } from './secret-lines.ts';
import { type SecretsView, selectSecrets, treeCells } from './secrets-view.ts';

export function SecretsComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectSecrets(model);
  const right = detailColumns(columns);
  const left = columns - right;
  return (
    <Box>
      <Tree view={view} model={model} columns={left} rows={rows} />
      {view.pane === 'form' ? (
        <FormPane view={view} columns={right} rows={rows} />
      ) : (
        <Details view={view} columns={right} rows={rows} />
      )}
    </Box>
  );
}

interface PartProps {
  readonly view: SecretsView;
  readonly columns: number;
  readonly rows: number;
}

function Tree({ view, model, columns, rows }: PartProps & { readonly model: Model }): ReactElement {
  const hidden = view.hiddenCount === 0 ? '' : ` · ${countText(view.hiddenCount)} hidden`;
  const further = view.furtherCount === 0 ? '' : ` · ${countText(view.furtherCount)} more: / finds`;
  const inner = { columns: columns - 2, rows: rows - 2 };
  const items = view.tree.map((row) => ({
    id: row.path,
    get line() {
      return treeLine(model, row);
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

function treeLine(model: Model, row: TreeRow): Line {
  const { mark, name, note } = treeCells(model, row);
  return {
    spans: [
      plain('  '.repeat(row.depth)),
      span(mark, 'muted'),
      span(name, row.path.endsWith('/') ? 'accent' : 'text'),
      plain(' '),
      span(note, 'muted'),
    ],
  };
}

function Details({ view, columns, rows }: PartProps): ReactElement {
  const { secret, conflict } = view;
  const shown = conflict?.path ?? secret?.path ?? 'secret';
  const isFocused = view.pane !== 'tree';
  const inner = { columns: columns - 2, rows: rows - 2 };
  const lines = detailLines(view, inner.columns);
  const isBelow = lines.length > inner.rows && !isFocused;
  const title = clean(isBelow ? `more: Tab, C-d · ${shown}` : shown, columns);
  const at = { selected: -1, before: view.scrolledRows };
  const window = windowOf(lines.length, inner.rows, at);
  const seen = lines.slice(window.first, window.first + window.count);
  return (
    <Pane title={title} columns={columns} rows={rows} focused={isFocused}>
      <Lines lines={withScrollBar(seen, { total: lines.length, window, ...inner })} />
    </Pane>
  );
}

function FormPane({ view, columns, rows }: PartProps): ReactElement {
  const { form } = view;
  if (form === undefined) return <Lines lines={[]} />;
  const newer = view.newerVersion === undefined ? '' : ` (v${view.newerVersion} is newer: C-g)`;
  const what = form.cas === 0 ? `new${newer}` : `change v${form.cas}${newer}`;
  const title = clean(`${what}: ${form.path}`, columns);
  const below = formLines(view, columns - 2);
  const fieldRows = Math.max(1, rows - 2 - below.length);
  return (
    <Pane title={title} columns={columns} rows={rows} focused>
      <Box flexDirection="column">
        <Form
          fields={formFields(form)}
          state={form.form}
          focused
          columns={columns - 2}
          rows={fieldRows}
        />
        <Lines lines={fitBlock(below, columns - 2, below.length)} />
      </Box>
    </Pane>
  );
}
