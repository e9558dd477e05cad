import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiOutcome, ApiRequest } from '../../../../console/tui/model/api.ts';
import { apiOutcome } from '../../../../console/tui/model/api.ts';
import {
  emptyTail,
  historyFrom,
  rowsWithGaps,
  withHistory,
  withLines,
} from '../../../../console/tui/model/audit-rows.ts';
import {
  ageText,
  clockText,
  countdownText,
  countText,
  sizeText,
  spanText,
} from '../../../../console/tui/model/figures.ts';
import {
  auditRowsMax,
  metricSamplesMax,
  problemsMax,
  readsUnderWayMax,
  resourcesMax,
  toastMs,
  toastsMax,
} from '../../../../console/tui/model/limits.ts';
import { noHistory, seriesOf, withSamples } from '../../../../console/tui/model/metrics-history.ts';
import {
  noNotices,
  withoutOld,
  withProblem,
  withToast,
} from '../../../../console/tui/model/notices.ts';
import {
  currentPlace,
  type Places,
  wentBack,
  wentTo,
} from '../../../../console/tui/model/places.ts';
import {
  answered,
  asked,
  noResources,
  type Resources,
  resourceOf,
  toAsk,
  withAgedStale,
  withStale,
} from '../../../../console/tui/model/resources.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { metricsOf, startMs } from '../played-session.ts';

test('figures are grouped, short, and in UTC', () => {
  assert.equal(countText(1_234_567), '1,234,567');
  assert.equal(sizeText(88 * 2 ** 20), '88M');
  assert.equal(sizeText(1_500), '1.5K');
  assert.deepEqual([40, 12_000, 240_000, 26_000_000].map(ageText), ['0.0s', '12s', '4m', '7h13']);
  assert.deepEqual([90, 720, 26_000, 200_000].map(spanText), ['90s', '12m', '7h13', '2d']);
  assert.equal(countdownText(462_000), '07:42');
  assert.equal(countdownText(-1), '00:00');
  assert.equal(clockText(startMs), '12:03:11Z');
  assert.equal(clockText(Number.NaN), '00:00:00Z');
});

test('the history of a node is bounded, ordered, and takes no sample twice', () => {
  let history = noHistory;
  const all = metricsOf(metricSamplesMax + 50);
  for (const snapshot of [...all, ...all]) history = withSamples(history, snapshot);
  const series = seriesOf(history, 'node-1', ({ atMs }) => atMs);
  assert.equal(series.length, metricSamplesMax);
  assert.equal(series.at(-1), startMs - 1_000);
  assert.ok(series.every((atMs, index) => index === 0 || atMs > (series[index - 1] ?? 0)));
});

test('the audit tail keeps the newest rows, counts what was dropped, and survives any line', () => {
  const lines = Array.from({ length: auditRowsMax + 10 }, (_, index) =>
    JSON.stringify({ index, time: 't', type: 'event', event: 'sealed' }),
  );
  const tail = withLines(emptyTail, lines, 0);
  assert.equal(tail.rows.length, auditRowsMax);
  assert.equal(tail.rows[0]?.index, 10);
  const odd = withLines(tail, ['', '{', '[]', '{"index":"x","request":7}', '\u001b[2J'], 3);
  assert.equal(odd.dropped, 3);
  assert.deepEqual(
    odd.rows.slice(-5).map(({ index, what }) => [index, what]),
    [
      [-1, 'a line that is no record'],
      [-1, 'a line that is no record'],
      [-1, 'a line that is no record'],
      [0, ''],
      [-1, 'a line that is no record'],
    ],
  );
  assert.equal(new Set(odd.rows.map(({ id }) => id)).size, auditRowsMax);
});

test('older records come before the tail, once, and never twice the same', () => {
  const line = (index: number): string => JSON.stringify({ index, type: 'event', event: 'start' });
  const tail = withLines(emptyTail, [line(7), line(8)], 0);
  const whole = withHistory(tail, [line(5), line(6), line(7)]);
  assert.deepEqual(
    whole.rows.map(({ index }) => index),
    [5, 6, 7, 8],
  );
  assert.equal(new Set(whole.rows.map(({ id }) => id)).size, 4);
});

function event(index: number): string {
  return JSON.stringify({ index, type: 'event', event: 'start' });
}

test('where the log has records that are not here, a row says how many', () => {
  const tail = withLines(withLines(emptyTail, [event(7), event(8)], 0), [event(77_000)], 40);
  const shown = rowsWithGaps(tail).map(({ index, missing }) => [index, missing]);
  assert.deepEqual(shown, [
    [7, 0],
    [8, 0],
    [9, 76_991],
    [77_000, 0],
  ]);
});

test('a log that is followed again is read from where it was left, and what is left out is told', () => {
  const left = withLines(emptyTail, [event(7), event(8)], 0);
  assert.equal(historyFrom(left, 20, 100), 9);
  assert.equal(historyFrom(left, 9, 100), 9, 'nothing was missed');
  assert.equal(historyFrom(left, 500, 100), 400);
  const back = { ...left, next: 500 };
  assert.deepEqual(
    rowsWithGaps(back).map(({ missing }) => missing),
    [0, 0, 491],
    'before anything new comes',
  );
  const recalled = withHistory(withLines(back, [event(500)], 0), [event(498), event(499)]);
  assert.deepEqual(
    rowsWithGaps(recalled).map(({ index, missing }) => [index, missing]),
    [
      [7, 0],
      [8, 0],
      [9, 489],
      [498, 0],
      [499, 0],
      [500, 0],
    ],
  );
});

test('toasts pass, problems stay, and neither grows', () => {
  let notices = noNotices;
  for (let index = 0; index < 10; index += 1) {
    notices = withToast(notices, { text: literal(`toast ${index}`), tone: 'info' }, startMs);
    const problem = { code: `c${index}`, status: 400, message: 'm' };
    notices = withProblem(notices, { what: literal('act'), problem });
  }
  assert.equal(notices.toasts.length, toastsMax);
  assert.equal(notices.problems.length, problemsMax);
  const later = withoutOld(notices, startMs + toastMs);
  assert.deepEqual(later.toasts, []);
  assert.equal(later.problems.length, problemsMax);
});

test('the same problem twice stands once', () => {
  const problem = { code: 'c', status: 400, message: 'm' };
  const once = withProblem(noNotices, { what: literal('act'), problem });
  assert.equal(withProblem(once, { what: literal('act'), problem }).problems.length, 1);
});

test('the way back is bounded, keeps its beginning and never becomes empty', () => {
  let places: Places = [{ view: 'cluster', argument: undefined }];
  for (let index = 0; index < 100; index += 1) {
    places = wentTo(places, { view: 'node', argument: `n${index}` });
  }
  assert.ok(places.length <= 33);
  assert.equal(places[0].view, 'cluster');
  assert.equal(wentTo(places, currentPlace(places)), places, 'going where one is changes nothing');
  for (let index = 0; index < 100; index += 1) places = wentBack(places);
  assert.deepEqual(places, [{ view: 'cluster', argument: undefined }]);
});

const list = { operation: 'list', path: 'sys/policies/acl' } as const;
const good: ApiOutcome = { ok: true, status: 200, data: { keys: ['a'] }, warnings: [] };

function answeredWith(outcome: ApiOutcome, before: Resources = noResources): Resources {
  return answered(asked(before, list), list, { outcome, nowMs: startMs });
}

test('a question is asked once, and again only when somebody looks after a while', () => {
  assert.deepEqual(toAsk(noResources, [list]), [list]);
  assert.deepEqual(toAsk(asked(noResources, list), [list]), []);
  const fresh = answeredWith(good);
  assert.deepEqual(toAsk(fresh, [list]), []);
  assert.equal(withAgedStale(fresh, startMs + 1_000), fresh);
  assert.deepEqual(toAsk(withAgedStale(fresh, startMs + 60_000), [list]), [list]);
  assert.deepEqual(toAsk(withStale(fresh, 'sys/policies'), [list]), [list]);
  assert.deepEqual(toAsk(withStale(fresh, 'secret/'), [list]), []);
});

test('what was read goes when it is denied or gone, and stays through a mishap', () => {
  const fresh = answeredWith(good);
  const problem = (status: number): ApiOutcome => ({
    ok: false,
    problem: { code: 'c', status, message: 'm' },
  });
  assert.equal(resourceOf(answeredWith(problem(403), fresh), list).data, undefined);
  assert.equal(resourceOf(answeredWith(problem(404), fresh), list).data, undefined);
  const broken = resourceOf(answeredWith(problem(502), fresh), list);
  assert.deepEqual(broken.data, { keys: ['a'] });
  assert.equal(broken.problem?.status, 502);
});

test('answers that nobody waits for any more are dropped, and the store is bounded', () => {
  assert.equal(answered(noResources, list, { outcome: good, nowMs: startMs }), noResources);
  let resources = noResources;
  for (let index = 0; index < resourcesMax + 20; index += 1) {
    resources = asked(resources, { operation: 'read', path: `secret/${index}` });
  }
  assert.equal(resources.size, resourcesMax);
});

test('what is shown stays, however much is read beside it', () => {
  let resources = asked(noResources, list);
  for (let index = 0; index < resourcesMax + 20; index += 1) {
    resources = asked(resources, { operation: 'read', path: `secret/${index}` }, [list]);
  }
  assert.equal(resources.size, resourcesMax);
  assert.equal(resourceOf(resources, list).isAsked, true);
});

test('only so much is read at once; with each answer the next is asked for', () => {
  const wanted = Array.from({ length: 40 }, (_, index): ApiRequest => {
    return { operation: 'read', path: `secret/${index}` };
  });
  const first = toAsk(noResources, wanted);
  assert.deepEqual(first, wanted.slice(0, readsUnderWayMax));
  const all = first.reduce((resources, request) => asked(resources, request), noResources);
  assert.deepEqual(toAsk(all, wanted), []);
  const [done = list] = first;
  const next = answered(all, done, { outcome: good, nowMs: startMs });
  assert.deepEqual(toAsk(next, wanted), [wanted[readsUnderWayMax]]);
});

test('answers of the API are good, refused with their code, or a deleted version', () => {
  const request = { operation: 'read', path: 'secret/data/a' } as const;
  const answer = (status: number, body: Record<string, unknown> | null) =>
    apiOutcome(request, { ok: true, result: { status, body: body as never } });
  assert.deepEqual(answer(200, { data: { a: 1 }, warnings: ['w'] }), {
    ok: true,
    status: 200,
    data: { a: 1 },
    warnings: ['w'],
  });
  assert.equal(answer(204, null).ok, true);
  assert.equal(answer(404, { data: { metadata: {} } }).ok, true);
  const refused = answer(403, { errors: ['permission denied'], error_codes: ['request.denied'] });
  assert.ok(!refused.ok);
  assert.deepEqual(refused.problem, {
    code: 'request.denied',
    status: 403,
    message: 'read secret/data/a: permission denied',
  });
  const missing = answer(404, { errors: [] });
  assert.ok(!missing.ok);
  assert.equal(missing.problem.message, 'read secret/data/a: nothing is there');
});
