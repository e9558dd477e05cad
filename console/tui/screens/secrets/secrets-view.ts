/** The secrets browser: a tree at the left, versions and masked values at the right. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { objectIn } from '../../../client/members.ts';
import { isShown, parseFilter } from '../../keys/filter.ts';
import type { ApiRequest } from '../../model/api.ts';
import type { Model } from '../../model/model.ts';
import { resourceOf } from '../../model/resources.ts';
import {
  folderRequest,
  mountOf,
  mountsRequest,
  type SecretMount,
  secretMounts,
  secretPath,
  type SecretTree,
  secretTree,
  type Selection,
  type TreeRow,
} from '../../model/secret-tree.ts';
import { metadataOf, namesIn, type SecretMetadata } from '../../model/secret-versions.ts';
import {
  type Comparison,
  noSecrets,
  type SecretForm,
  type SecretsState,
} from '../../model/secrets.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { isWritable } from '../../model/write-window.ts';
import { emptyWords } from '../empty-words.ts';
import { filterOf, screenState, selectedId } from '../screen.ts';
import { conflictView, type ConflictView } from './secret-conflict.ts';

export const secretsView = 'secrets';
const nameColumnsMax = 120;
const valueColumnsMax = 16_384;

export const secretsState = screenState<SecretsState>(secretsView, noSecrets);

export interface SecretsView {
  readonly tree: readonly TreeRow[];
  readonly selectedId: string | undefined;
  readonly hiddenCount: number;
  /** Rows behind the last one. */
  readonly furtherCount: number;
  readonly empty: SafeText;
  readonly pane: SecretsState['pane'];
  /** Of the selected secret; undefined for folders. */
  readonly secret: SecretDetails | undefined;
  readonly form: SecretForm | undefined;
  /** A version that was written since the form was opened. */
  readonly newerVersion: number | undefined;
  /** Whether it could be saved now. */
  readonly isWritable: boolean;
  readonly conflict: ConflictView | undefined;
  readonly scrolledRows: number;
}

export interface SecretDetails {
  readonly path: SafeText;
  /** Undefined while it is read, and for engines without versions. */
  readonly metadata: SecretMetadata | undefined;
  readonly versions: readonly VersionLine[];
  /** The version that is looked at. */
  readonly version: number;
  readonly values: readonly ValueLine[];
  readonly note: SafeText;
  /** Seconds until what is shown is masked again; 0 when nothing is. */
  readonly revealedSeconds: number;
  readonly comparison: Comparison | undefined;
}

export interface VersionLine {
  readonly id: string;
  readonly text: SafeText;
  /** `2026-11-25 11:00:00Z`; the day alone means something, too. */
  readonly time: SafeText;
  readonly token: Token;
}

export interface ValueLine {
  readonly name: SafeText;
  readonly value: SafeText;
  readonly isMasked: boolean;
}

/** Of each model once: its parts are asked for one by one. */
const views = new WeakMap<Model, SecretsView>();

export function selectSecrets(model: Model): SecretsView {
  const known = views.get(model);
  if (known !== undefined) return known;
  const view = viewOf(model);
  views.set(model, view);
  return view;
}

function viewOf(model: Model): SecretsView {
  const state = secretsState.of(model);
  const { rows, hiddenCount, furtherCount } = treeOf(model);
  const selected = selectedPath(model, rows);
  return {
    tree: rows,
    selectedId: selected,
    hiddenCount,
    furtherCount,
    empty: emptyWords(model, mountsRequest, {
      nothing: 'no key-value engine is mounted: `secrets enable kv`',
      hiddenCount,
    }),
    pane: state.pane,
    secret: detailsOf(model),
    form: state.form,
    newerVersion: newerThanForm(model),
    isWritable: isWritable(model.write, model.nowMs),
    conflict: conflictOf(model),
    scrolledRows: state.scrolledRows,
  };
}

function conflictOf(model: Model): ConflictView | undefined {
  const { form, pane, revealed } = secretsState.of(model);
  if (form === undefined || pane !== 'conflict') return undefined;
  const newest = newestOfForm(model);
  const isRevealed = revealed?.path === form.path && revealed.version === newest?.version;
  return conflictView({
    form,
    newest: newest?.version,
    theirNames: newest === undefined ? undefined : knownNamesOf(model, newest),
    revealed: isRevealed ? revealed : undefined,
    nowMs: model.nowMs,
  });
}

/** The newest version of what the open form changes. */
export function newestOfForm(model: Model): Selection | undefined {
  const { form } = secretsState.of(model);
  const mount = mountOf(secretMounts(model.resources), form?.path ?? '');
  if (form === undefined || mount === undefined) return undefined;
  const version = metadataIn(model, { path: form.path, mount })?.current;
  return version === undefined ? undefined : { path: form.path, mount, version };
}

/** The newest version, if it is not the one that the open form is based on. */
export function newerThanForm(model: Model): number | undefined {
  const { form } = secretsState.of(model);
  const current = newestOfForm(model)?.version;
  return current === form?.cas ? undefined : current;
}

export interface TreeCells {
  readonly mark: SafeText;
  readonly name: SafeText;
  readonly note: SafeText;
}

/** What is drawn of a row; asked for those in sight alone. */
export function treeCells(model: Model, { path, name, isOpen, problem }: TreeRow): TreeCells {
  const isFolder = path.endsWith('/');
  const mark = isFolder ? (isOpen ? '▾ ' : '▸ ') : '  ';
  return {
    mark: literal(mark),
    name: clean(name, nameColumnsMax),
    note: isOpen ? folderNote(model, path, problem?.status) : literal(''),
  };
}

function folderNote(model: Model, path: string, status: number | undefined): SafeText {
  if (status === 404) return literal('empty');
  if (status === 403) return literal('denied');
  if (status !== undefined) return literal('not read');
  const mount = mountOf(secretMounts(model.resources), path);
  if (mount === undefined) return literal('');
  return literal(
    resourceOf(model.resources, folderRequest(mount, path)).data === undefined ? '…' : '',
  );
}

/** Of each model once: a frame asks for its rows many times, and there may be thousands. */
const trees = new WeakMap<Model, SecretTree>();

function treeOf(model: Model): SecretTree {
  const known = trees.get(model);
  if (known !== undefined) return known;
  const filter = parseFilter(filterOf(model, secretsView));
  const tree = secretTree(model.resources, {
    open: secretsState.of(model).open,
    named: openedOn(model),
    isShown: (path) => isShown(filter, [path]),
  });
  trees.set(model, tree);
  return tree;
}

export function shownRows(model: Model): readonly TreeRow[] {
  return treeOf(model).rows;
}

function openedOn(model: Model): string | undefined {
  return model.places.findLast(({ view }) => view === secretsView)?.argument;
}

/** What was chosen, or what the view was opened on, or the first. */
export function selectedPath(model: Model, rows: readonly TreeRow[]): string | undefined {
  const ids = rows.map(({ path }) => path);
  const opened = openedOn(model);
  const chosen = model.selected[secretsView];
  const isChosen = chosen !== undefined && ids.includes(chosen);
  if (!isChosen && opened !== undefined && ids.includes(opened)) return opened;
  return selectedId(model, secretsView, ids);
}

/** Undefined while a folder is selected. */
export function selection(model: Model): Selection | undefined {
  const path = selectedPath(model, shownRows(model));
  if (path === undefined || path.endsWith('/')) return undefined;
  const mount = mountOf(secretMounts(model.resources), path);
  if (mount === undefined) return undefined;
  if (mount.version === 1) return { path, mount, version: 0 };
  const current = metadataIn(model, { path, mount })?.current ?? 0;
  return { path, mount, version: secretsState.of(model).version ?? current };
}

export function metadataIn(
  model: Model,
  where: Pick<Selection, 'path' | 'mount'>,
): SecretMetadata | undefined {
  if (where.mount.version === 1) return undefined;
  const { data } = resourceOf(model.resources, metadataRequest(where));
  return data === undefined ? undefined : metadataOf(data);
}

function metadataRequest({ path, mount }: Pick<Selection, 'path' | 'mount'>): ApiRequest {
  return { operation: 'read', path: secretPath(mount, 'metadata', path) };
}

function subkeysRequest({ path, mount, version }: Selection): ApiRequest {
  return {
    operation: 'read',
    path: secretPath(mount, 'subkeys', path),
    query: { version: String(version) },
  };
}

/** The names of the secret's values, in their order; none while they are not known. */
export function namesOf(model: Model, where: Selection): ReturnType<typeof namesIn> {
  if (where.version === 0) return [];
  const { data } = resourceOf(model.resources, subkeysRequest(where));
  return data === undefined ? [] : namesIn(objectIn(data, 'subkeys'));
}

/** Undefined while they are not known. */
function knownNamesOf(model: Model, where: Selection): readonly string[] | undefined {
  const { data, problem } = resourceOf(model.resources, subkeysRequest(where));
  if (data === undefined && problem === undefined) return undefined;
  return namesOf(model, where).map(({ name }) => name);
}

/** Lists of the open folders, and metadata and names of the selected secret. Never its values. */
export function wants(model: Model): readonly ApiRequest[] {
  const mounts = secretMounts(model.resources);
  const folders = secretsState.of(model).open.flatMap((path) => {
    const mount = mountOf(mounts, path);
    return mount === undefined ? [] : [folderRequest(mount, path)];
  });
  const where = selection(model);
  const always = [mountsRequest, ...folders, ...wantedOfForm(model, mounts)];
  if (where === undefined || where.mount.version === 1) return always;
  const details = [metadataRequest(where)];
  if (isReadable(model, where)) details.push(subkeysRequest(where));
  return [...always, ...details];
}

/** Whether somebody else writes while the form is open. */
function wantedOfForm(model: Model, mounts: readonly SecretMount[]): readonly ApiRequest[] {
  const { form } = secretsState.of(model);
  const mount = mountOf(mounts, form?.path ?? '');
  if (form === undefined || mount === undefined) return [];
  const metadata = metadataRequest({ path: form.path, mount });
  const newest = newestOfForm(model);
  const isNewer = newest !== undefined && newerThanForm(model) !== undefined;
  return isNewer && isReadable(model, newest) ? [metadata, subkeysRequest(newest)] : [metadata];
}

/** Whether the version that is looked at has data. */
function isReadable(model: Model, where: Selection): boolean {
  const version = metadataIn(model, where)?.versions.find(({ number }) => number === where.version);
  return version !== undefined && !version.isDestroyed && version.deletionTime === '';
}

function detailsOf(model: Model): SecretDetails | undefined {
  const where = selection(model);
  if (where === undefined) return undefined;
  const state = secretsState.of(model);
  const metadata = metadataIn(model, where);
  const { revealed } = state;
  const isRevealed = revealed?.path === where.path && revealed.version === where.version;
  const untilMs = isRevealed ? revealed.untilMs : model.nowMs;
  return {
    path: clean(where.path, nameColumnsMax),
    metadata,
    versions: (metadata?.versions ?? []).map((version) => versionLine(version, metadata?.current)),
    version: where.version,
    values: isRevealed
      ? revealed.values.map(([name, value]) => ({
          name: clean(name, nameColumnsMax),
          value: clean(value, valueColumnsMax),
          isMasked: false,
        }))
      : namesOf(model, where).map(({ name, isLeaf }) => ({
          name: clean(name, nameColumnsMax),
          value: literal(isLeaf ? '••••••••' : '{ … }'),
          isMasked: true,
        })),
    note: noteOf(model, where),
    revealedSeconds: Math.max(0, Math.ceil((untilMs - model.nowMs) / 1_000)),
    comparison: state.comparison?.path === where.path ? state.comparison : undefined,
  };
}

function versionLine(
  { number, createdTime, deletionTime, isDestroyed }: SecretMetadata['versions'][number],
  current: number | undefined,
): VersionLine {
  const id = String(number);
  if (isDestroyed) {
    const text = literal(`v${number}  ✗ destroyed  `);
    return { id, text, time: timeOf(createdTime), token: 'bad' };
  }
  if (deletionTime !== '') {
    const text = literal(`v${number}  ○ deleted    `);
    return { id, text, time: timeOf(deletionTime), token: 'warning' };
  }
  const word = number === current ? '● current  ' : '○ older    ';
  const text = literal(`v${number}  ${word}  `);
  return { id, text, time: timeOf(createdTime), token: 'text' };
}

function timeOf(rfc3339: string): SafeText {
  return clean(`${rfc3339.slice(0, 19).replace('T', ' ')}Z`, 20);
}

function noteOf(model: Model, where: Selection): SafeText {
  if (where.mount.version === 1) {
    return literal('this engine keeps no versions; x shows the values');
  }
  const { problem } = resourceOf(model.resources, metadataRequest(where));
  if (problem?.status === 403) return literal('denied: this token may not read its metadata');
  if (problem !== undefined) return clean(problem.message, valueColumnsMax);
  if (metadataIn(model, where) === undefined) return literal('reading …');
  if (!isReadable(model, where)) return literal('this version has no data that can be read');
  const names = resourceOf(model.resources, subkeysRequest(where));
  if (names.problem?.status === 403) {
    return literal('its names are denied to this token; x tries to read it');
  }
  return literal('');
}

export function plainSecrets(model: Model): JsonValue {
  const where = selection(model);
  const metadata = where === undefined ? undefined : metadataIn(model, where);
  return {
    tree: shownRows(model).map(({ path }) => path),
    selected: where?.path ?? null,
    current_version: metadata?.current ?? null,
    versions: (metadata?.versions ?? []).map(
      ({ number, createdTime, deletionTime, isDestroyed }) => ({
        version: number,
        created_time: createdTime,
        deletion_time: deletionTime,
        destroyed: isDestroyed,
      }),
    ),
    names: where === undefined ? [] : namesOf(model, where).map(({ name }) => name),
  };
}
