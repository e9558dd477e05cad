/**
 * The form that changes a secret without showing it: a masked field for each name, and pairs of
 * fields for new ones. A field that stays empty leaves its value as it is, so nothing has to be
 * read.
 */
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { editForm, type FormField, formOf, formValue } from '../../components/form-state.ts';
import type { PasteProblem } from '../../keys/line-input.ts';
import { emptyLine } from '../../keys/line-input.ts';
import { type Effect, emit, several, toast } from '../../model/effect.ts';
import { newNamesMax } from '../../model/limits.ts';
import { pending } from '../../model/pending.ts';
import { secretPath, type Selection } from '../../model/secret-tree.ts';
import { conflictCode, type SecretForm, type SecretsState } from '../../model/secrets.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import type { Step, TypedEvent } from '../screen.ts';

const labelColumnsMax = 24;

/** Identifiers of fields: a name as the user gave it may be any text. */
function valueId(name: string): string {
  return `=${name}`;
}

function newNameId(row: number): string {
  return `+name ${row}`;
}

function newValueId(row: number): string {
  return `+value ${row}`;
}

/** The fields of a form, from the top. */
export function formFields({ names, removed, newNames, cas }: SecretForm): readonly FormField[] {
  const known = names.map((name) => {
    const isRemoved = removed.includes(name);
    return {
      id: valueId(name),
      label: clean(isRemoved ? `✗ ${name}` : name, labelColumnsMax),
      kind: 'masked' as const,
      hint: literal(isRemoved ? 'is removed when you save' : 'empty leaves it as it is'),
    };
  });
  const hint = literal(cas === 0 ? 'a name of the new secret' : 'one more name, if wanted');
  const added = Array.from({ length: newNames }, (_, row): readonly FormField[] => [
    { id: newNameId(row), label: literal('new name'), kind: 'text', hint },
    { id: newValueId(row), label: literal('its value'), kind: 'masked' },
  ]);
  return [...known, ...added.flat()];
}

export function openForm(
  where: Pick<Selection, 'path' | 'version'>,
  found: readonly { readonly name: string; readonly isLeaf: boolean }[],
): SecretForm {
  const empty: SecretForm = {
    path: where.path,
    cas: where.version,
    names: found.filter(({ isLeaf }) => isLeaf).map(({ name }) => name),
    structures: found.filter(({ isLeaf }) => !isLeaf).map(({ name }) => name),
    removed: [],
    newNames: 1,
    isLeaving: false,
    form: formOf([]),
    saving: undefined,
  };
  return { ...empty, form: formOf(formFields(empty)) };
}

/** A key or paste for the form. */
export function typeIntoForm(state: SecretsState, event: TypedEvent): Step<SecretsState> {
  const { form } = state;
  if (form === undefined) return {};
  if (event.kind === 'key' && event.key === 'Esc') return leave(state, form);
  const edited = editForm(form.form, formFields(form), event);
  if (typeof edited === 'string') {
    return { effect: toast(literal(`paste refused: ${pasteWords[edited]}`)) };
  }
  const id = edited.focusedId;
  // Who types a value for a name wants to keep it.
  const isKept = formValue(edited, id) !== '' && id.startsWith('=');
  const removed = isKept ? form.removed.filter((name) => valueId(name) !== id) : form.removed;
  return { state: { ...state, form: { ...form, removed, isLeaving: false, form: edited } } };
}

const pasteWords: Readonly<Record<PasteProblem, string>> = {
  'too-long': 'it is too long',
  'control-characters': 'it holds control characters',
  secret: 'it looks like a share or a token, and a name is shown',
};

/** What was typed is not thrown away by one key. */
function leave(state: SecretsState, form: SecretForm): Step<SecretsState> {
  if (!isFilled(form) || form.isLeaving) {
    return { state: { ...state, form: undefined, pane: 'tree' } };
  }
  return {
    state: { ...state, form: { ...form, isLeaving: true } },
    effect: toast(literal('Esc once more throws away what is typed; C-s saves it')),
  };
}

export function isFilled({ form, removed }: SecretForm): boolean {
  return removed.length > 0 || [...form.values.keys()].some((id) => formValue(form, id) !== '');
}

/** One more pair of fields, with the keyboard. */
export function withNewName(form: SecretForm): SecretForm {
  if (form.newNames >= newNamesMax) return form;
  const focusedId = newNameId(form.newNames);
  const newNames = form.newNames + 1;
  return { ...form, newNames, isLeaving: false, form: { ...form.form, focusedId } };
}

/** Marks the name with the keyboard to be removed, or keeps it again; empties a new one. */
export function withRemoval(form: SecretForm): SecretForm {
  const { focusedId } = form.form;
  const name = form.names.find((each) => valueId(each) === focusedId);
  if (name === undefined) {
    const row = focusedId.slice(focusedId.indexOf(' ') + 1);
    return emptied(form, [newNameId(Number(row)), newValueId(Number(row))]);
  }
  const isRemoved = form.removed.includes(name);
  const removed = isRemoved
    ? form.removed.filter((each) => each !== name)
    : [...form.removed, name];
  return emptied({ ...form, removed }, [focusedId]);
}

function emptied(form: SecretForm, ids: readonly string[]): SecretForm {
  const values = new Map([...form.form.values, ...ids.map((id) => [id, emptyLine] as const)]);
  return { ...form, isLeaving: false, form: { ...form.form, values } };
}

/** What a form makes of a secret: values by name, null for a name that goes. */
export interface FormChange {
  readonly name: string;
  readonly value: string | null;
}

/** The changes, or why they cannot be made, in words. */
export function changesOf({ names, removed, newNames, form }: SecretForm): FormChange[] | string {
  const kept = names.map((name): FormChange => {
    return { name, value: removed.includes(name) ? null : formValue(form, valueId(name)) };
  });
  const added = Array.from({ length: newNames }, (_, row): FormChange => {
    const name = formValue(form, newNameId(row)).trim();
    return { name, value: formValue(form, newValueId(row)) };
  });
  for (const { name, value } of added) {
    if (name === '' && value !== '') return 'a value has no name';
    if (name !== '' && value === '') return 'a new name has no value';
  }
  const changes = [...kept, ...added].filter(({ value }) => value !== '');
  const isTwice = new Set(changes.map(({ name }) => name)).size < changes.length;
  return isTwice ? 'one name stands twice' : changes;
}

/** A patch of the version that the form was opened on; the first version of a new secret. */
export function saveForm(
  state: SecretsState,
  form: SecretForm,
  { mount }: Pick<Selection, 'mount'>,
): Effect {
  const changes = changesOf(form);
  if (typeof changes === 'string') return toast(clean(`not saved: ${changes}`, 80));
  if (changes.length === 0) return toast(literal('nothing is filled in: nothing to save'));
  const shown = clean(form.path, 60);
  const isNew = form.cas === 0;
  const entries = changes.map(({ name, value }) => [name, value] as [string, JsonValue]);
  const data: JsonObject = Object.fromEntries(entries);
  const saving = pending({ cas: form.cas, removed: form.removed, form: form.form });
  return several(
    emit({ kind: 'screen', view: 'secrets', event: { ...state, form: { ...form, saving } } }),
    {
      kind: 'request',
      ticket: saving.ticket,
      request: {
        operation: isNew ? 'write' : 'patch',
        path: secretPath(mount, 'data', form.path),
        body: { data, options: { cas: form.cas } },
      },
      what: clean(`save ${shown}`, 80),
      success: clean(`${shown} is saved as version ${form.cas + 1}`, 100),
      changes: [mount.path],
      then: [{ kind: 'select', view: 'secrets', id: form.path }],
      quiet: [conflictCode],
    },
  );
}
