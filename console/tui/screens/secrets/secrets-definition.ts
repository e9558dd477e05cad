/** The secrets screen as the table of screens knows it: how it moves, and what it keeps. */
import type { Navigation } from '../../keys/navigation.ts';
import { emit, noEffect } from '../../model/effect.ts';
import type { ModelEvent } from '../../model/event.ts';
import { movedSelection } from '../../model/list.ts';
import type { Model } from '../../model/model.ts';
import {
  awaitsAnswer,
  lookedAway,
  masked,
  openedTo,
  reduceSecrets,
  type SecretsState,
  toggled,
} from '../../model/secrets.ts';
import { paneRows, scrolledBy } from '../../model/scroll.ts';
import { clean } from '../../terminal/safe-text.ts';
import { argumentOf, defineScreen, type Screen, type Step } from '../screen.ts';
import { typeIntoForm } from './secret-form.ts';
import { detailColumns, detailLines } from './secret-lines.ts';
import { secretsVerbs } from './secrets-verbs.ts';
import {
  metadataIn,
  secretsState,
  secretsView as view,
  selectedPath,
  selection,
  shownPaths,
  shownRows,
  wants,
} from './secret-selection.ts';
import { plainSecrets, selectSecrets } from './secrets-view.ts';

function reduce(state: SecretsState, event: ModelEvent, model: Model): SecretsState {
  if (event.kind === 'screen' && event.view === view) return event.event as SecretsState;
  if (event.kind === 'select' && event.view === view) return lookedAway(state);
  const next = reduceSecrets(state, event, model.nowMs);
  const argument = argumentOf(model, view);
  if (event.kind === 'opened' && argument !== undefined) return openedTo(next, argument);
  return event.kind === 'answered' ? withFirstMount(next, model) : next;
}

/** One engine alone is opened at once: there is nothing else to choose. */
function withFirstMount(state: SecretsState, model: Model): SecretsState {
  const roots = shownRows(model).filter(({ kind }) => kind === 'mount');
  const [only, other] = roots;
  if (only === undefined || other !== undefined || state.open.length > 0) return state;
  return toggled(state, only.path, true);
}

/** Left and right fold and unfold; Tab goes to the versions, where up and down choose one. */
function navigate(to: Navigation, model: Model): Step<SecretsState> | undefined {
  const state = secretsState.of(model);
  if (state.pane === 'conflict') return inConflict(to, state, model);
  if (to === 'next-pane' || to === 'previous-pane') return { state: otherPane(state, model) };
  if (state.pane === 'versions') return inVersions(to, state, model);
  if (to === 'back' && state.comparison !== undefined) return { state: masked(state) };
  const path = selectedPath(model);
  if (path === undefined) return undefined;
  const isFolder = path.endsWith('/');
  if (to === 'open') return { state: isFolder ? toggled(state, path) : otherPane(state, model) };
  if (to === 'right') return isFolder ? { state: toggled(state, path, true) } : { state };
  if (to !== 'left') return undefined;
  if (isFolder && state.open.includes(path)) return { state: toggled(state, path, false) };
  const parent = path.slice(0, path.slice(0, -1).lastIndexOf('/') + 1);
  if (parent === '') return { state };
  return { state, effect: emit({ kind: 'select', view, id: parent }) };
}

function otherPane(state: SecretsState, model: Model): SecretsState {
  const where = selection(model);
  const hasVersions = where !== undefined && metadataIn(model, where) !== undefined;
  return { ...state, pane: state.pane === 'versions' || !hasVersions ? 'tree' : 'versions' };
}

/** Keys move through what is compared; Esc goes back to what is typed. */
function inConflict(to: Navigation, state: SecretsState, model: Model): Step<SecretsState> {
  if (to === 'back') return { state: { ...masked(state), pane: 'form', scrolledRows: 0 } };
  return { state: scrolled(to, state, model) ?? state };
}

/** The right pane after a key that scrolls; undefined for other keys. */
function scrolled(to: Navigation, state: SecretsState, model: Model): SecretsState | undefined {
  const lines = detailLines(selectSecrets(model), detailColumns(model.size.columns) - 2).length;
  const rows = paneRows(model.size.rows);
  const scrolledRows = scrolledBy(to, { at: state.scrolledRows, lines, rows });
  return scrolledRows === undefined ? undefined : { ...state, scrolledRows };
}

/** Up and down choose a version, so that whole pages alone scroll. */
const pageKeys: readonly Navigation[] = ['half-up', 'half-down', 'page-up', 'page-down'];

function inVersions(to: Navigation, state: SecretsState, model: Model): Step<SecretsState> {
  const where = selection(model);
  if (to === 'back' || to === 'left' || where === undefined) {
    return { state: { ...masked(state), pane: 'tree', version: undefined } };
  }
  if (pageKeys.includes(to)) return { state: scrolled(to, state, model) ?? state };
  const ids = (metadataIn(model, where)?.versions ?? []).map(({ number }) => String(number));
  const moved = movedSelection(to, ids, { selected: String(where.version), pageRows: 10 });
  if (moved === undefined) return { effect: noEffect };
  return { state: { ...masked(state), scrolledRows: 0, version: Number(moved) } };
}

export const secretsScreen: Screen = defineScreen<SecretsState>({
  view,
  command: {
    name: 'secrets',
    aliases: ['kv'],
    parameters: [{ name: 'PATH', optional: true, values: shownPaths }],
  },
  help: 'browse secrets: folders, versions, masked values',
  initial: secretsState.initial,
  trail: (model) => {
    const path = selectedPath(model);
    return path === undefined ? [] : [clean(path, 60)];
  },
  reduce,
  wants,
  ids: shownPaths,
  hidden: (model) => selectSecrets(model).hiddenCount,
  navigate,
  field: (model) => (secretsState.of(model).pane === 'form' ? 'form' : undefined),
  type: (event, model) => typeIntoForm(secretsState.of(model), event),
  awaits: (model, ticket) => awaitsAnswer(secretsState.of(model), ticket),
  verbs: secretsVerbs,
  plain: plainSecrets,
});
