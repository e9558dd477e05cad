/** What bounds the console's model: a console that stays open for a month is no larger. */
import { assert } from '../../../shared/assert.ts';

/** Without a sign of the agent for so long, what is shown is called stale. */
export const staleAfterMs = 6_000;
/**
 * While holders act on what they see. The state of the cluster comes once a second, so one that is
 * late can be told from one that is lost.
 */
export const ceremonyStaleAfterMs = 2_000;
/** Samples kept of each figure of a node: ten minutes at one a second. */
export const metricSamplesMax = 600;
export const metricNodesMax = 16;
/** Records of the live audit tail that are kept to look back at. */
export const auditRowsMax = 2_000;
/** Records from before that a tail begins with. */
export const auditHistoryLines = 100;
/** Characters of one record that are kept for its details. */
export const auditRowCharactersMax = 16_384;
/** Answers that are kept, and how long one is shown without asking again. */
export const resourcesMax = 128;
/** Readings for views that wait for their answers at once; an agent takes 64 of one console. */
export const readsUnderWayMax = 16;
export const resourceFreshMs = 30_000;
/** Requests of this console that are remembered. */
export const requestsMax = 200;
export const toastsMax = 3;
export const toastMs = 5_000;
/** Problems that wait to be dismissed. */
export const problemsMax = 5;
/** Views that Esc can go back through. */
export const placesMax = 32;
/** A revealed secret is masked again after this, whatever happens. */
export const revealMs = 15_000;
export const writeWindowSecondsMax = 3_600;
export const writeWindowSecondsDefault = 600;
/** Policies that were left with changes; of more the oldest is dropped. */
export const policyDraftsMax = 32;
/** New names of one form. */
export const newNamesMax = 32;
/** Entries of one folder of secrets that are shown. */
export const secretEntriesMax = 5_000;

assert(toastMs < revealMs, 'a secret stays longer than the toast about it');
