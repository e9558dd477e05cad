/** The audit log as it is written: the newest records, followed or paused, filtered, one opened. */
import { utf8Encode } from '../../../../shared/encoding/utf8.ts';
import { parseJson } from '../../../../shared/json/parse.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import type { Fact } from '../../components/key-value.tsx';
import { isShown, parseFilter } from '../../keys/filter.ts';
import type { Navigation } from '../../keys/navigation.ts';
import { type AuditRow, rowsWithGaps, textsOfRow } from '../../model/audit-rows.ts';
import { emit, go, several } from '../../model/effect.ts';
import { countText } from '../../model/figures.ts';
import { movedSelection } from '../../model/list.ts';
import type { Model } from '../../model/model.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { deniedWords } from '../empty-words.ts';
import {
  defineScreen,
  filterOf,
  type Screen,
  type ScreenVerb,
  screenState,
  type Step,
} from '../screen.ts';

const view = 'audit';
const textColumnsMax = 300;
const factsMax = 64;

interface AuditState {
  /** The newest record is selected, whatever comes. */
  readonly isFollowing: boolean;
  readonly errorsOnly: boolean;
  /** Checkpoints and headers are shown, too. */
  readonly withSeals: boolean;
  /** The selected record is shown whole. */
  readonly isOpen: boolean;
}

const state = screenState<AuditState>(view, {
  isFollowing: true,
  errorsOnly: false,
  withSeals: false,
  isOpen: false,
});

export interface AuditView {
  /** All rows that are shown: drawn are those in sight alone. */
  readonly rows: readonly AuditRow[];
  /** Index of the selected row; -1 without rows. */
  readonly selected: number;
  readonly hiddenCount: number;
  readonly isFollowing: boolean;
  readonly errorsOnly: boolean;
  readonly dropped: number;
  /** Whether the log is followed: not while nobody is known, sealed, or denied. */
  readonly isKnown: boolean;
  readonly empty: SafeText;
  /** The members of the selected record, if it is open. */
  readonly opened: readonly Fact[] | undefined;
}

export function selectAudit(model: Model): AuditView {
  const { isFollowing, errorsOnly, isOpen } = state.of(model);
  const rows = shownRows(model);
  const selected = selectedIndex(model, rows);
  const row = rows[selected];
  return {
    rows,
    selected,
    hiddenCount: hiddenCount(model),
    isFollowing,
    errorsOnly,
    dropped: model.audit.dropped,
    isKnown: model.identity.kind === 'known' && !model.auditDenied,
    empty: emptyText(model),
    opened: isOpen && row !== undefined ? factsOf(row) : undefined,
  };
}

/** Every member on a line of its own, `request.path` and its value; what is no record as it is. */
function factsOf(row: AuditRow): readonly Fact[] {
  const { line } = row;
  if (row.missing > 0) return [{ label: literal('left out'), value: gapText(row) }];
  let value: JsonValue;
  try {
    value = parseJson(utf8Encode(line));
  } catch {
    return [{ label: literal('line'), value: clean(line, textColumnsMax) }];
  }
  return membersOf(value, '').slice(0, factsMax);
}

function membersOf(value: JsonValue, place: string): readonly Fact[] {
  if (typeof value === 'object' && value !== null) {
    const prefix = place === '' ? '' : `${place}.`;
    return Object.entries(value).flatMap(([name, member]) => membersOf(member, prefix + name));
  }
  const isIndex = place === 'index' && typeof value === 'number';
  const text = isIndex ? countText(value) : clean(String(value), textColumnsMax);
  return [{ label: clean(place, 60), value: text }];
}

/** `77,000 records are not shown here (from 1,204): :audit verify reads all of them` */
export function gapText({ index, missing }: AuditRow): SafeText {
  const records = missing === 1 ? '1 record is' : `${countText(missing)} records are`;
  return literal(`${records} not shown (from ${countText(index)} on); :audit verify reads all`);
}

export interface AuditLine {
  readonly time: SafeText;
  /** Status or code, whole: it is what one searches for. */
  readonly outcome: SafeText;
  readonly who: SafeText;
  readonly what: SafeText;
  readonly token: Token;
}

/** One record as it is drawn. */
export function auditLine(row: AuditRow): AuditLine {
  const isBad = row.error !== '' || row.index < 0;
  const outcome = row.error === '' ? (row.status === 0 ? '' : String(row.status)) : row.error;
  return {
    time: clean(row.time.slice(11, 19), 8),
    outcome: clean(outcome, 48),
    who: clean(row.who || row.from || '–', 16),
    what: clean(row.what, textColumnsMax),
    token: isBad ? 'bad' : row.type === 'event' ? 'accent' : 'text',
  };
}

function emptyText(model: Model): SafeText {
  if (model.auditDenied) return deniedWords(model, 'sys/control/audit');
  if (model.identity.kind !== 'known') return literal('log in to follow the log: :login');
  if (model.audit.rows.length > 0) return literal('no record passes the filter');
  return literal('following; records show here as they are written');
}

function shownRows(model: Model): readonly AuditRow[] {
  const filter = parseFilter(filterOf(model, view));
  const { errorsOnly, withSeals } = state.of(model);
  return rowsWithGaps(model.audit).filter(
    (row) =>
      // What is not here may be what the filter looks for.
      row.missing > 0 ||
      ((!errorsOnly || row.error !== '') &&
        (withSeals || !isSeal(row)) &&
        isShown(filter, textsOfRow(row))),
  );
}

/** By the filter; checkpoints are left out unless they are asked for, and are no loss. */
function hiddenCount(model: Model): number {
  const { withSeals } = state.of(model);
  const all = withSeals ? model.audit.rows : model.audit.rows.filter((row) => !isSeal(row));
  return all.length - shownRows(model).filter(({ missing }) => missing === 0).length;
}

/** What the log writes about itself: one each second of work, and no news to anybody. */
function isSeal({ type }: AuditRow): boolean {
  return type === 'checkpoint' || type === 'header';
}

function selectedIndex(model: Model, rows: readonly AuditRow[]): number {
  if (state.of(model).isFollowing) return rows.length - 1;
  const chosen = model.selected[view];
  const index = rows.findIndex(({ id }) => id === chosen);
  // A record that was pushed out of the tail: the oldest that is left is nearest to it.
  return index >= 0 ? index : Math.min(0, rows.length - 1);
}

function navigate(to: Navigation, model: Model): Step<AuditState> | undefined {
  const current = state.of(model);
  const rows = shownRows(model);
  if (to === 'open') return { state: { ...current, isOpen: !current.isOpen } };
  if (to === 'back') {
    return current.isOpen ? { state: { ...current, isOpen: false } } : undefined;
  }
  if (to === 'bottom') return { state: { ...current, isFollowing: true } };
  const ids = rows.map(({ id }) => id);
  const selected = ids[selectedIndex(model, rows)];
  const id = movedSelection(to, ids, { selected, pageRows: model.size.rows - 8 });
  if (id === undefined) return undefined;
  const isFollowing = id === ids.at(-1) && current.isFollowing;
  const effect = emit({ kind: 'select', view, id });
  return { state: { ...current, isFollowing }, effect };
}

const shared = { view, danger: 0, needsWrite: false, enabledWhen: () => true } as const;

const verbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'audit.follow',
    title: 'follow/pause',
    help: 'follow the newest record, or stand still where you are; G follows, too',
    keys: ['f'],
    footer: 1,
    run: ({ model }) => {
      const current = state.of(model);
      const rows = shownRows(model);
      const id = rows[selectedIndex(model, rows)]?.id;
      const next = { ...current, isFollowing: !current.isFollowing };
      const become = emit({ kind: 'screen', view, event: next });
      return id === undefined ? become : several(become, emit({ kind: 'select', view, id }));
    },
  },
  {
    ...shared,
    id: 'audit.errors',
    title: 'errors only',
    help: 'show only what was refused or failed, or everything again',
    keys: ['e'],
    footer: 2,
    run: ({ model }) => {
      const current = state.of(model);
      const next = { ...current, errorsOnly: !current.errorsOnly };
      return emit({ kind: 'screen', view, event: next });
    },
  },
  {
    ...shared,
    id: 'audit.seals',
    title: 'checkpoints',
    help: 'show the checkpoints and headers of the log, too, or hide them again',
    keys: ['c'],
    run: ({ model }) => {
      const current = state.of(model);
      const next = { ...current, withSeals: !current.withSeals };
      return emit({ kind: 'screen', view, event: next });
    },
  },
  {
    ...shared,
    id: 'audit.verify-key',
    title: 'verify',
    help: 'verify the log of the node that answers: this console reads and checks all of it',
    keys: ['v'],
    footer: 3,
    run: ({ model }) => verifyEffect(model, undefined),
  },
  {
    ...shared,
    id: 'audit.verify',
    title: 'verify log',
    help: 'verify the log of a node, or a file of this host; the result is one sentence',
    keys: [],
    command: {
      name: 'audit verify',
      aliases: ['verify'],
      parameters: [{ name: 'NODE|FILE', optional: true, values: nodeIds }],
    },
    view: 'global',
    run: ({ model, args: [target] }) => verifyEffect(model, target),
  },
];

function nodeIds(model: Model): readonly string[] {
  return (snapshotIn(model.cluster)?.nodes ?? []).map(({ id }) => id);
}

/** A name of a node is a node; everything else is a file. */
export function verifyEffect(model: Model, target: string | undefined): ReturnType<typeof several> {
  const node = target ?? snapshotIn(model.cluster)?.self ?? '';
  const isNode = target === undefined || nodeIds(model).includes(node);
  const source = isNode
    ? ({ kind: 'node', node } as const)
    : ({ kind: 'files', paths: [node] } as const);
  return several(go('verify'), { kind: 'verify', source });
}

export const auditScreen: Screen = defineScreen<AuditState>({
  view,
  command: { name: 'audit', aliases: ['audit tail'] },
  help: 'follow the audit log as it is written',
  initial: state.initial,
  hidden: hiddenCount,
  follows: ['audit'],
  reduce: (current, event) =>
    event.kind === 'screen' && event.view === view ? (event.event as AuditState) : current,
  navigate,
  verbs,
  plain: (model): JsonValue => ({
    denied: model.auditDenied,
    records: shownRows(model)
      .filter(({ missing }) => missing === 0)
      .map(({ index, time, type, what, who, from, status, error }) => ({
        index,
        time,
        type,
        what,
        who,
        from,
        status,
        error,
      })),
  }),
});
