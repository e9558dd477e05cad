/** The verification of an audit log: how far it is, and its result as a sentence. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { countText, spanText } from '../../model/figures.ts';
import type { Model } from '../../model/model.ts';
import { snapshotIn } from '../../model/topic.ts';
import type { VerifySource, VerifyState } from '../../model/verify.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import { verifyEffect } from '../audit/audit-view.ts';
import { defineScreen, type Screen, type ScreenVerb } from '../screen.ts';

const view = 'verify';
const sentenceColumnsMax = 600;
/** Keys and files kept elsewhere are a matter of the host where they lie. */
const withKeys =
  'Signatures by one key, single records, and a checkpoint that is kept elsewhere are checked by ' +
  '`strongbox audit verify FILE --public-key FILE --audit-key FILE --checkpoint FILE`.';

export interface VerifyView {
  readonly source: SafeText;
  readonly progress:
    | {
        readonly done: number;
        readonly total: number | undefined;
        readonly unit: SafeText;
        readonly elapsedMs: number;
      }
    | undefined;
  /** Undefined while it runs. */
  readonly verdict: { readonly isGood: boolean; readonly sentence: SafeText } | undefined;
  readonly notes: readonly SafeText[];
}

export function selectVerify({ verify, nowMs }: Model): VerifyView {
  switch (verify.kind) {
    case 'none':
      return nothingVerified;
    case 'running':
      return runningView(verify, nowMs);
    case 'done':
      return doneView(verify);
    case 'failed': {
      const sentence = clean(`not verified: ${verify.problem.message}`, sentenceColumnsMax);
      const source = sourceText(verify.source);
      return { source, progress: undefined, verdict: { isGood: false, sentence }, notes: [] };
    }
  }
}

const nothingVerified: VerifyView = {
  source: literal('nothing is being verified'),
  progress: undefined,
  verdict: undefined,
  notes: [
    literal('v verifies the log of the node that answers,'),
    literal(':audit verify FILE one on this host.'),
    literal(withKeys),
  ],
};

function runningView(
  { source, progress, startedAtMs }: Extract<VerifyState, { kind: 'running' }>,
  nowMs: number,
): VerifyView {
  const { done, total } = progress;
  return {
    source: sourceText(source),
    progress: {
      done,
      total: total === 0 ? undefined : total,
      unit: literal(source.kind === 'node' ? 'records' : 'bytes'),
      elapsedMs: Math.max(0, nowMs - startedAtMs),
    },
    verdict: undefined,
    notes: [],
  };
}

function doneView({ report, tookMs, source }: Extract<VerifyState, { kind: 'done' }>): VerifyView {
  const records = `${countText(report.records)} records`;
  const took = `${records} read and checked by this console in ${spanText(tookMs / 1_000)}`;
  const notes = report.notes.map((note) => clean(note, sentenceColumnsMax));
  return {
    source: sourceText(source),
    progress: undefined,
    verdict: { isGood: report.ok, sentence: clean(report.sentence, sentenceColumnsMax) },
    notes: [...notes, literal(took), literal(withKeys)],
  };
}

function sourceText(source: VerifySource): SafeText {
  if (source.kind === 'node') return clean(`log of ${source.node}, as its agent gives it`, 120);
  return clean(source.paths.join(', '), 200);
}

const verbs: readonly ScreenVerb[] = [
  {
    id: 'verify.again',
    title: 'verify',
    help: 'verify again, or for the first time',
    keys: ['v'],
    view,
    danger: 0,
    needsWrite: false,
    footer: 1,
    enabledWhen: ({ verify }) => verify.kind !== 'running' || 'it runs already; s stops it',
    run: ({ model }) => {
      const { verify } = model;
      if (verify.kind === 'none') return verifyEffect(model, snapshotIn(model.cluster)?.self);
      return { kind: 'verify', source: verify.source };
    },
  },
  {
    id: 'verify.stop',
    title: 'stop',
    help: 'stop the verification that runs',
    keys: ['s'],
    view,
    danger: 0,
    needsWrite: false,
    footer: 2,
    enabledWhen: ({ verify }) => verify.kind === 'running' || 'nothing is being verified',
    run: () => ({ kind: 'stop-verify' }),
  },
];

export const verifyScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'verification' },
  help: 'the verification of an audit log, and its result',
  initial: null,
  verbs,
  plain: (model): JsonValue => {
    const { source, verdict, notes } = selectVerify(model);
    return { source, verdict: verdict?.sentence ?? null, notes: [...notes] };
  },
});
