/** Tokens by their accessors: a token itself is nowhere shown. */
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { numberIn, textIn, textsIn } from '../../../client/members.ts';
import type { Fact } from '../../components/key-value.tsx';
import { filterRows, parseFilter } from '../../keys/filter.ts';
import type { ApiRequest } from '../../model/api.ts';
import { spanText } from '../../model/figures.ts';
import type { Model } from '../../model/model.ts';
import { resourceOf } from '../../model/resources.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import { emptyWords } from '../empty-words.ts';
import { defineScreen, filterOf, type Screen, type ScreenVerb, selectedId } from '../screen.ts';

const view = 'tokens';
const textColumnsMax = 200;

const listRequest: ApiRequest = { operation: 'list', path: 'auth/token/accessors' };

function lookupRequest(accessor: string): ApiRequest {
  return { operation: 'write', path: 'auth/token/lookup-accessor', body: { accessor } };
}

export interface TokensView {
  readonly items: readonly {
    readonly id: string;
    readonly text: SafeText;
    readonly isOwn: boolean;
  }[];
  readonly selectedId: string | undefined;
  readonly hiddenCount: number;
  readonly empty: SafeText;
  readonly facts: readonly Fact[];
  readonly note: SafeText;
}

export function selectTokens(model: Model): TokensView {
  const { shown, hiddenCount } = shownAccessors(model);
  const selected = selectedId(model, view, shown);
  const own = ownAccessor(model);
  const isOwn = selected !== undefined && selected === own;
  const looked =
    selected === undefined ? undefined : resourceOf(model.resources, lookupRequest(selected));
  return {
    items: shown.map((accessor) => ({
      id: accessor,
      text: clean(accessor, 40),
      isOwn: accessor === own,
    })),
    selectedId: selected,
    hiddenCount,
    empty: emptyWords(model, listRequest, {
      nothing: 'no token but root tokens made at init',
      hiddenCount,
    }),
    facts: looked?.data === undefined ? [] : factsOf(looked.data),
    note: clean(
      looked?.problem?.message ?? (isOwn ? 'this is your own token' : ''),
      textColumnsMax,
    ),
  };
}

function ownAccessor({ identity }: Model): string | undefined {
  return identity.kind === 'known' ? identity.identity.accessor : undefined;
}

function accessors(model: Model): readonly string[] {
  const { data } = resourceOf(model.resources, listRequest);
  return data === undefined ? [] : textsIn(data, 'keys');
}

function shownAccessors(model: Model) {
  return filterRows(accessors(model), parseFilter(filterOf(model, view)), (name) => [name]);
}

function factsOf(data: JsonObject): readonly Fact[] {
  const ttl = numberIn(data, 'ttl');
  const uses = numberIn(data, 'num_uses');
  const policies = textsIn(data, 'policies');
  return [
    { label: literal('name'), value: clean(textIn(data, 'display_name') || '–', textColumnsMax) },
    { label: literal('policies'), value: clean(policies.join(', ') || 'none', textColumnsMax) },
    { label: literal('path'), value: clean(textIn(data, 'path'), textColumnsMax) },
    { label: literal('type'), value: clean(textIn(data, 'type'), 20) },
    { label: literal('ttl'), value: ttl === 0 ? literal('no end') : spanText(ttl) },
    { label: literal('made'), value: clean(textIn(data, 'issue_time').slice(0, 19), 20) },
    { label: literal('uses left'), value: literal(uses === 0 ? 'no limit' : String(uses)) },
    { label: literal('renewable'), value: literal(data['renewable'] === true ? 'yes' : 'no') },
    { label: literal('orphan'), value: literal(data['orphan'] === true ? 'yes' : 'no') },
  ];
}

function wants(model: Model): readonly ApiRequest[] {
  const selected = selectedId(model, view, shownAccessors(model).shown);
  return selected === undefined ? [listRequest] : [listRequest, lookupRequest(selected)];
}

const verbs: readonly ScreenVerb[] = [
  {
    id: 'tokens.revoke',
    title: 'revoke',
    help: 'end the token and every token that was made with it, at once',
    keys: ['C-k'],
    command: {
      name: 'token revoke',
      parameters: [{ name: 'ACCESSOR', optional: true, values: accessors }],
    },
    view,
    danger: 2,
    needsWrite: true,
    footer: 1,
    enabledWhen: (model) => shownAccessors(model).shown.length > 0 || 'there is no token',
    target: (model, id) => {
      const found = id ?? selectedId(model, view, shownAccessors(model).shown);
      if (found === undefined) return undefined;
      // Typed to confirm: the beginning tells accessors apart.
      return { id: found, name: clean(found.slice(0, 8), 8) };
    },
    warning: (model, target) => ({
      cluster: clusterName(model),
      act: literal('Revoke a token'),
      effect: clean(
        target.id === ownAccessor(model)
          ? 'this is your own token: this console is logged out, and its children end, too'
          : 'whoever uses it is refused from now on; tokens made with it end, too',
        160,
      ),
      undo: literal('there is none: make another token'),
    }),
    run: ({ target }) => ({
      kind: 'request',
      request: {
        operation: 'write',
        path: 'auth/token/revoke-accessor',
        body: { accessor: target?.id ?? '' },
      },
      what: clean(`revoke ${target?.name ?? ''}`, 60),
      success: clean(`the token ${target?.name ?? ''}… is revoked`, 80),
      changes: ['auth/token'],
    }),
  },
];

export const tokensScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'tokens' },
  help: 'tokens by accessor: who they are, what they may, until when',
  initial: null,
  wants,
  ids: (model) => shownAccessors(model).shown,
  hidden: (model) => shownAccessors(model).hiddenCount,
  verbs,
  plain: (model): JsonValue => ({ accessors: [...accessors(model)] }),
});
