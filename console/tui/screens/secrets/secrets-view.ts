/** The secrets browser: a tree at the left, versions and masked values at the right. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import type { Model } from '../../model/model.ts';
import { resourceOf } from '../../model/resources.ts';
import {
  folderRequest,
  mountOf,
  mountsRequest,
  secretMounts,
  type Selection,
  type TreeRow,
} from '../../model/secret-tree.ts';
import type { SecretMetadata } from '../../model/secret-versions.ts';
import type { Comparison, SecretForm, SecretsState } from '../../model/secrets.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { isWritable } from '../../model/write-window.ts';
import { emptyWords } from '../empty-words.ts';
import { conflictView, type ConflictView } from './secret-conflict.ts';
import {
  isReadable,
  knownNamesOf,
  metadataIn,
  metadataRequest,
  namesOf,
  newerThanForm,
  newestOfForm,
  secretsState,
  selectedPath,
  selection,
  shownPaths,
  subkeysRequest,
  treeOf,
} from './secret-selection.ts';

const nameColumnsMax = 120;
const valueColumnsMax = 16_384;

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
  /** Whether `$EDITOR` left a text of it that is not saved. */
  readonly isKept: boolean;
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
  const selected = selectedPath(model);
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
    isKept: state.kept.includes(where.path),
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
    tree: [...shownPaths(model)],
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
