/**
 * The form that changes a secret without showing it: a masked field for each name, and one for a
 * new name. A field that stays empty leaves its value as it is, so nothing has to be read.
 */
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { editForm, type FormField, formOf, formValue } from '../../components/form-state.ts';
import { type Effect, toast } from '../../model/effect.ts';
import { secretPath } from '../../model/secret-tree.ts';
import { saveSecretTag, type SecretForm, type SecretsState } from '../../model/secrets.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import type { Step, TypedEvent } from '../screen.ts';
import type { Selection } from './secrets-view.ts';

const newNameId = ' name';
const newValueId = ' value';
const labelColumnsMax = 24;

/** The fields of a form; identifiers of names that exist are the names themselves. */
export function formFields({ names, cas }: SecretForm): readonly FormField[] {
  const unchanged = literal('empty leaves it as it is');
  const known = names.map((name) => ({
    id: name,
    label: clean(name, labelColumnsMax),
    kind: 'masked' as const,
    hint: unchanged,
  }));
  const hint = literal(cas === 0 ? 'the first name of the new secret' : 'one more name, if wanted');
  return [
    ...known,
    { id: newNameId, label: literal('new name'), kind: 'text', hint },
    { id: newValueId, label: literal('its value'), kind: 'masked' },
  ];
}

export function openForm(
  where: Pick<Selection, 'path' | 'version'>,
  names: readonly string[],
): SecretForm {
  const empty = { path: where.path, cas: where.version, names };
  const form = formOf(formFields({ ...empty, form: formOf([]) }));
  return { ...empty, form };
}

/** A key or paste for the form. */
export function typeIntoForm(state: SecretsState, event: TypedEvent): Step<SecretsState> {
  const { form } = state;
  if (form === undefined) return {};
  if (event.kind === 'key' && event.key === 'Esc') {
    return { state: { ...state, form: undefined, pane: 'tree' } };
  }
  const edited = editForm(form.form, formFields(form), event);
  if (typeof edited === 'string') {
    const words = edited === 'too-long' ? 'it is too long' : 'it holds control characters';
    return { effect: toast(literal(`paste refused: ${words}`)) };
  }
  return { state: { ...state, form: { ...form, form: edited } } };
}

/** What is written: the names that were given a value. Undefined if there is none. */
function changedValues({ names, form }: SecretForm): JsonObject | undefined {
  const given: [string, JsonValue][] = [...names, newNameId].flatMap((id) => {
    const isNew = id === newNameId;
    const name = isNew ? formValue(form, newNameId).trim() : id;
    const value = formValue(form, isNew ? newValueId : id);
    return name === '' || value === '' ? [] : [[name, value] as [string, JsonValue]];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** A patch of the version that the form was opened on; the first version of a new secret. */
export function saveForm(form: SecretForm, where: Pick<Selection, 'mount'>): Effect {
  const data = changedValues(form);
  const shown = clean(form.path, 60);
  if (data === undefined) return toast(literal('nothing is filled in: nothing to save'));
  const isNew = form.cas === 0;
  return {
    kind: 'request',
    tag: saveSecretTag,
    request: {
      operation: isNew ? 'write' : 'patch',
      path: secretPath(where.mount, 'data', form.path),
      body: { data, options: { cas: form.cas } },
    },
    what: clean(`save ${shown}`, 80),
    success: clean(`${shown} is saved as version ${form.cas + 1}`, 100),
    changes: [where.mount.path],
    then: [{ kind: 'select', view: 'secrets', id: form.path }],
  };
}
