/** The policies by name, with the text of the one that is selected. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { textIn, textsIn } from '../../../client/members.ts';
import { filterRows, parseFilter } from '../../keys/filter.ts';
import type { ApiRequest } from '../../model/api.ts';
import { go } from '../../model/effect.ts';
import type { Model } from '../../model/model.ts';
import { resourceOf } from '../../model/resources.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import { emptyWords } from '../empty-words.ts';
import { defineScreen, filterOf, type Screen, type ScreenVerb, selectedId } from '../screen.ts';

const view = 'policies';
const nameColumnsMax = 60;
const previewColumnsMax = 160;
const previewLinesMax = 100;

const listRequest: ApiRequest = { operation: 'list', path: 'sys/policies/acl' };

export function policyRequest(name: string): ApiRequest {
  return { operation: 'read', path: `sys/policies/acl/${name}` };
}

/** The policy that a request reads; undefined for any other request. */
export function policyNameOf({ operation, path }: ApiRequest): string | undefined {
  const folder = 'sys/policies/acl/';
  return operation === 'read' && path.startsWith(folder) ? path.slice(folder.length) : undefined;
}

export interface PoliciesView {
  readonly items: readonly { readonly id: string; readonly text: SafeText }[];
  readonly selectedId: string | undefined;
  readonly hiddenCount: number;
  readonly empty: SafeText;
  /** Lines of the selected policy. */
  readonly preview: readonly SafeText[];
}

export function selectPolicies(model: Model): PoliciesView {
  const { shown, hiddenCount } = shownNames(model);
  const selected = selectedId(model, view, shown);
  const preview =
    selected === undefined ? undefined : resourceOf(model.resources, policyRequest(selected));
  const text = preview?.data === undefined ? '' : textIn(preview.data, 'policy');
  return {
    items: shown.map((name) => ({ id: name, text: clean(name, nameColumnsMax) })),
    selectedId: selected,
    hiddenCount,
    empty: emptyWords(model, listRequest, { nothing: 'no policy', hiddenCount }),
    preview: previewOf(selected, text, preview?.problem?.message),
  };
}

function previewOf(
  name: string | undefined,
  text: string,
  problem: string | undefined,
): SafeText[] {
  if (problem !== undefined) return [clean(problem, previewColumnsMax)];
  if (name === 'root') return [literal('Root tokens may do everything.')];
  return text
    .split('\n')
    .slice(0, previewLinesMax)
    .map((line) => clean(line.replaceAll('\t', '  '), previewColumnsMax));
}

function names(model: Model): readonly string[] {
  const { data } = resourceOf(model.resources, listRequest);
  return data === undefined ? [] : textsIn(data, 'keys');
}

function shownNames(model: Model) {
  return filterRows(names(model), parseFilter(filterOf(model, view)), (name) => [name]);
}

function wants(model: Model): readonly ApiRequest[] {
  const selected = selectedId(model, view, shownNames(model).shown);
  if (selected === undefined || selected === 'root') return [listRequest];
  return [listRequest, policyRequest(selected)];
}

const verbs: readonly ScreenVerb[] = [
  {
    id: 'policies.open',
    title: 'open',
    help: 'open a policy in the editor; a name that is not there yet begins a new one',
    keys: [],
    command: { name: 'policy', parameters: [{ name: 'NAME', values: names }] },
    view: 'global',
    danger: 0,
    needsWrite: false,
    enabledWhen: () => true,
    run: ({ args: [name = ''] }) => go('policy', name),
  },
  {
    id: 'policies.edit',
    title: 'edit',
    help: 'open the selected policy in the editor',
    keys: ['e'],
    view,
    danger: 0,
    needsWrite: false,
    footer: 1,
    enabledWhen: (model) => shownNames(model).shown.length > 0 || 'there is no policy',
    target: targetOf,
    run: ({ target }) => go('policy', target?.id),
  },
  {
    id: 'policies.new',
    title: 'new',
    help: 'type the name of a new policy',
    keys: ['n'],
    view,
    danger: 0,
    needsWrite: false,
    footer: 2,
    enabledWhen: () => true,
    run: () => ({ kind: 'palette', text: 'policy ' }),
  },
  {
    id: 'policies.delete',
    title: 'delete',
    help: 'delete the policy; tokens that have it lose what it grants',
    keys: ['C-k'],
    command: {
      name: 'policy delete',
      parameters: [{ name: 'NAME', optional: true, values: names }],
    },
    view,
    danger: 2,
    needsWrite: true,
    footer: 3,
    enabledWhen: (model) => shownNames(model).shown.length > 0 || 'there is no policy',
    target: targetOf,
    warning: (model, target) => ({
      cluster: clusterName(model),
      act: literal('Delete a policy'),
      effect: literal('every token that has it loses what it grants, at once'),
      undo: clean(`write it again under the same name: ${target.name}`, 120),
    }),
    run: ({ target }) => ({
      kind: 'request',
      request: { operation: 'delete', path: `sys/policies/acl/${target?.id ?? ''}` },
      what: clean(`delete policy ${target?.name ?? ''}`, 60),
      success: clean(`policy ${target?.name ?? ''} is deleted`, 80),
      changes: ['sys/policies/acl'],
    }),
  },
];

function targetOf(model: Model, id?: string) {
  const found = id ?? selectedId(model, view, shownNames(model).shown);
  return found === undefined ? undefined : { id: found, name: clean(found, nameColumnsMax) };
}

export const policiesScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'policies', aliases: ['policy list'] },
  help: 'all policies; Enter opens one in the editor',
  initial: null,
  wants,
  ids: (model) => shownNames(model).shown,
  hidden: (model) => shownNames(model).hiddenCount,
  enter: (id) => go('policy', id),
  verbs,
  plain: (model): JsonValue => ({ policies: [...names(model)] }),
});
