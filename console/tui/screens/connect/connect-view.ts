/** The first moment: which agent is dialled, how that goes, and what to do if it does not. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { ageText } from '../../model/figures.ts';
import { linkHealth } from '../../model/link.ts';
import type { Model } from '../../model/model.ts';
import type { ModelEvent } from '../../model/event.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { defineScreen, type Screen, type ScreenVerb } from '../screen.ts';

const view = 'connect';

export interface ConnectView {
  readonly address: SafeText;
  readonly state: SafeText;
  readonly token: Token;
  readonly advice: readonly SafeText[];
}

export function selectConnect(model: Model): ConnectView {
  const address = clean(model.settings.address, 200);
  const health = linkHealth(model.link, model.nowMs);
  switch (health.kind) {
    case 'connecting':
      return { address, state: literal('○ dialling'), token: 'muted', advice: [] };
    case 'disconnected': {
      const wait = health.retryInMs > 0 ? `, next try in ${ageText(health.retryInMs)}` : '';
      return {
        address,
        state: literal(`✗ no link${wait}`),
        token: 'bad',
        advice: [clean(health.reason, 400), literal(':connect ADDRESS dials another agent')],
      };
    }
    case 'fault':
      return {
        address,
        state: literal('✗ the channel of this console died'),
        token: 'bad',
        advice: [literal('quit with q and start it again')],
      };
    case 'stale':
      return { address, state: literal('? linked, and silent'), token: 'warning', advice: [] };
    default:
      return { address, state: literal('● linked'), token: 'good', advice: [] };
  }
}

const verbs: readonly ScreenVerb[] = [
  {
    id: 'connect.home',
    title: 'continue',
    help: 'to the cluster, with or without a login',
    keys: ['Enter'],
    view,
    danger: 0,
    needsWrite: false,
    footer: 1,
    enabledWhen: (model) => snapshotIn(model.cluster) !== undefined || 'there is no link yet',
    run: () => ({ kind: 'emit', event: homeEvent }),
  },
  {
    id: 'connect.dial',
    title: 'connect',
    help: 'dial another agent: https://HOST:PORT, http://HOST:PORT or unix:///PATH/TO/SOCKET',
    keys: [],
    view: 'global',
    danger: 0,
    needsWrite: false,
    command: { name: 'connect', aliases: ['open'], parameters: [{ name: 'ADDRESS' }] },
    enabledWhen: () => true,
    run: ({ args: [address = ''] }) => ({ kind: 'dial', address }),
  },
];

const homeEvent: ModelEvent = {
  kind: 'start',
  places: [{ view: 'cluster', argument: undefined }],
};

export const connectScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'link' },
  help: 'which agent this console talks to, and how that goes',
  initial: null,
  verbs,
  plain: (model): JsonValue => {
    const { address, state, advice } = selectConnect(model);
    return { address, state, advice: [...advice] };
  },
});
