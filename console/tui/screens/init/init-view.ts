/**
 * The first key: how many shares, and how many of them are needed. The shares are shown once, by a
 * process of its own, which asks for parts of each again before it lets go.
 */
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Model } from '../../model/model.ts';
import { snapshotIn } from '../../model/topic.ts';
import { emit } from '../../model/effect.ts';
import type { Navigation } from '../../keys/navigation.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import { defineScreen, type Screen, type ScreenVerb, screenState, type Step } from '../screen.ts';

const view = 'init';
const sharesMax = 255;

export interface InitState {
  readonly shares: number;
  readonly threshold: number;
  readonly field: 'shares' | 'threshold';
}

const state = screenState<InitState>(view, { shares: 3, threshold: 2, field: 'shares' });

export interface InitView extends InitState {
  readonly isDone: boolean;
  /** What the choice means, one sentence each. */
  readonly meaning: readonly SafeText[];
}

export function selectInit(model: Model): InitView {
  const { shares, threshold, field } = state.of(model);
  const isDone = snapshotIn(model.cluster)?.initialised === true;
  return { shares, threshold, field, isDone, meaning: meaningOf(shares, threshold) };
}

function meaningOf(shares: number, threshold: number): readonly SafeText[] {
  const spare = shares - threshold;
  const lost =
    spare === 0
      ? 'None may be lost: without every one of them all secrets are gone for good.'
      : `${spare} may be lost; one more, and all secrets are gone for good.`;
  const alone =
    threshold === 1
      ? 'One holder alone can unseal: good for a trial, not for production.'
      : `Fewer than ${threshold} holders together learn nothing.`;
  return [
    clean(`${shares} holders get a share each; any ${threshold} of them unseal.`, 200),
    literal(lost),
    literal(alone),
  ];
}

type InitEvent =
  | { readonly kind: 'change'; readonly by: number }
  | { readonly kind: 'field'; readonly field: InitState['field'] };

/** Numbers stay possible: two shares at least unless there is one, threshold within them. */
function changed({ shares, threshold, field }: InitState, by: number): InitState {
  if (field === 'shares') {
    const next = clamp(shares + by, 1, sharesMax);
    const least = next === 1 ? 1 : 2;
    return { field, shares: next, threshold: clamp(threshold, least, next) };
  }
  const least = shares === 1 ? 1 : 2;
  return { field, shares, threshold: clamp(threshold + by, least, shares) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function navigate(to: Navigation, model: Model): Step<InitState> | undefined {
  const current = state.of(model);
  const other = current.field === 'shares' ? 'threshold' : 'shares';
  switch (to) {
    case 'up':
    case 'down':
    case 'next-pane':
    case 'previous-pane':
      return { state: { ...current, field: other } };
    case 'left':
      return { state: changed(current, -1) };
    case 'right':
      return { state: changed(current, 1) };
    default:
      return undefined;
  }
}

const verbs: readonly ScreenVerb[] = [
  {
    id: 'init.make',
    title: 'make the key',
    help: 'make the key and show its shares, once; every holder should be here',
    keys: ['Enter', 'm'],
    view,
    danger: 1,
    needsWrite: false,
    footer: 1,
    enabledWhen: (model) =>
      snapshotIn(model.cluster)?.initialised === false || 'this cluster has its key already',
    target: (model) => {
      const { shares, threshold } = state.of(model);
      const name = literal(`${shares} shares, ${threshold} needed`);
      return { id: view, name };
    },
    warning: (model) => ({
      cluster: clusterName(model),
      act: literal('Make the key of this cluster'),
      effect: literal('each share is shown once, one after the other: have the holders here'),
      undo: literal('there is none: shares that nobody has written down are lost'),
    }),
    run: ({ model }) => {
      const { shares, threshold } = state.of(model);
      return { kind: 'found', shares, threshold };
    },
  },
  step('+', 1, 'one more'),
  step('-', -1, 'one less'),
];

function step(key: string, by: number, title: string): ScreenVerb {
  return {
    id: `init.${by > 0 ? 'more' : 'less'}`,
    title,
    help: `${title} of the number that is chosen; the arrows do the same`,
    keys: [key],
    view,
    danger: 0,
    needsWrite: false,
    footer: 2,
    enabledWhen: () => true,
    run: () => emit({ kind: 'screen', view, event: { kind: 'change', by } satisfies InitEvent }),
  };
}

export const initScreen: Screen = defineScreen<InitState>({
  view,
  command: { name: 'init', aliases: ['operator init'] },
  help: 'make the first key: choose the number of shares',
  initial: state.initial,
  reduce: (current, event) => {
    if (event.kind !== 'screen' || event.view !== view) return current;
    const own = event.event as InitEvent;
    return own.kind === 'change' ? changed(current, own.by) : { ...current, field: own.field };
  },
  navigate,
  verbs,
  plain: (model) => {
    const { shares, threshold, isDone } = selectInit(model);
    return { initialised: isDone, shares, threshold };
  },
});
