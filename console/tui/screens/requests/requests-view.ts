/** What this console asked of the agent, and how it ended: never a body, never a value. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import type { TableColumn, TableRow, TableView } from '../../components/table-layout.ts';
import { filterRows, parseFilter } from '../../keys/filter.ts';
import { clockText, millisecondsText } from '../../model/figures.ts';
import type { Model } from '../../model/model.ts';
import type { LoggedRequest } from '../../model/requests.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { defineScreen, filterOf, type Screen, selectedId } from '../screen.ts';

const view = 'requests';

const columns: readonly TableColumn[] = [
  { id: 'time', title: literal('TIME'), columnsMin: 9 },
  { id: 'operation', title: literal('DOES'), columnsMin: 6 },
  { id: 'path', title: literal('PATH'), columnsMin: 24 },
  { id: 'status', title: literal('STATUS'), columnsMin: 6, alignment: 'right' },
  { id: 'took', title: literal('TOOK'), columnsMin: 7, alignment: 'right', importance: 1 },
  { id: 'code', title: literal('CODE'), columnsMin: 8, importance: 2 },
];

export interface RequestsView {
  readonly table: TableView;
  readonly hiddenCount: number;
}

export function selectRequests(model: Model): RequestsView {
  const { shown, hiddenCount } = shownRequests(model);
  return {
    hiddenCount,
    table: {
      columns,
      rows: shown.map(rowOf),
      selectedId: selectedId(
        model,
        view,
        shown.map(({ id }) => String(id)),
      ),
      empty: literal('nothing was asked yet'),
    },
  };
}

/** Newest first. */
function shownRequests(model: Model) {
  const filter = parseFilter(filterOf(model, view));
  const newest = model.requests.toReversed();
  return filterRows(newest, filter, ({ path, operation, code }) => [path, operation, code]);
}

function rowOf({ id, atMs, operation, path, status, tookMs, code }: LoggedRequest): TableRow {
  const isBad = code !== '';
  return {
    id: String(id),
    cells: [
      { text: clockText(atMs) },
      { text: clean(operation, 8) },
      { text: clean(path, 160) },
      {
        text: literal(status === undefined ? '…' : String(status)),
        ...(isBad && { token: 'bad' as const }),
      },
      { text: tookMs === undefined ? literal('') : millisecondsText(tookMs) },
      { text: clean(code === '' ? ' ' : code, 40), ...(isBad && { token: 'bad' as const }) },
    ],
  };
}

export const requestsScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'requests' },
  help: 'what this console asked of the agent, without any value',
  initial: null,
  ids: (model) => shownRequests(model).shown.map(({ id }) => String(id)),
  hidden: (model) => shownRequests(model).hiddenCount,
  verbs: [],
  plain: (model): JsonValue =>
    model.requests.map(({ operation, path, status, code }) => ({
      operation,
      path,
      status: status ?? null,
      code,
    })),
});
