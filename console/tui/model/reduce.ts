/**
 * How events change the model: one pure function of the model, an event, and the time that comes
 * with it. No React, no clock, no I/O.
 */
import type { ControlIdentity } from '../../../shared/control/methods.ts';
import type { ControlEvent, IdentityState } from '../../client/control-events.ts';
import { clean, literal } from '../terminal/safe-text.ts';
import { emptyTail, withHistory, withLines } from './audit-rows.ts';
import type { ModelEvent } from './event.ts';
import { identitySign } from './identity.ts';
import { linkTold } from './link.ts';
import { writeWindowSecondsMax } from './limits.ts';
import { withSamples } from './metrics-history.ts';
import { initialModel, type Model } from './model.ts';
import { dismissed, type Notices, withoutOld, withProblem, withToast } from './notices.ts';
import { type Place, type Places, wentBack, wentTo } from './places.ts';
import { withAnswer, withRequest } from './requests.ts';
import { answered, asked, noResources, withAgedStale, withStale } from './resources.ts';
import { received } from './topic.ts';

/** The model after an event. Screens see the event after it (app/step.ts). */
export function reduce(model: Model, event: ModelEvent, nowMs: number): Model {
  const next = reduceKind({ ...model, nowMs }, event, nowMs);
  return { ...next, notices: withoutOld(next.notices, nowMs) };
}

function reduceKind(model: Model, event: ModelEvent, nowMs: number): Model {
  switch (event.kind) {
    case 'channel':
      return reduceChannel(model, event.event, nowMs);
    case 'channel-fault':
      return { ...model, link: { ...model.link, fault: true, sinceMs: nowMs } };
    case 'logged-out':
      return forgotten(model);
    case 'dialled':
      return redialled(model, event.address);
    case 'proved':
      return { ...model, identity: { kind: 'known', identity: event.identity } };
    case 'resize':
      return { ...model, size: { columns: event.columns, rows: event.rows } };
    case 'focus':
      return { ...model, focused: event.focused };
    case 'go':
      return looked(withPlace(model, event.place));
    case 'back':
      return looked({ ...model, places: wentBack(model.places) });
    case 'start':
      return { ...model, places: event.places, firstPlaces: event.places.length };
    case 'select':
      return looked({ ...model, selected: { ...model.selected, [event.view]: event.id } });
    case 'filter':
      return withFilter(model, event.text);
    case 'audit-history':
      return { ...model, audit: withHistory(model.audit, event.lines) };
    case 'verify':
      return { ...model, verify: event.state };
    case 'write-window':
      return withWindow(model, event.seconds, nowMs);
    case 'tick':
    case 'navigate':
    case 'opened':
    case 'done':
    case 'edited':
    case 'kept':
    case 'screen':
      return model;
    default:
      return reduceRequests(model, event, nowMs);
  }
}

type RequestEvent = Extract<
  ModelEvent,
  { kind: 'asked' | 'answered' | 'stale' | 'sent' | 'returned' | 'toast' | 'problem' | 'dismiss' }
>;

function reduceRequests(model: Model, event: RequestEvent, nowMs: number): Model {
  const { resources, requests, notices } = model;
  switch (event.kind) {
    case 'asked':
      return { ...model, resources: asked(resources, event.request, event.shown) };
    case 'answered': {
      const { request, outcome } = event;
      return { ...model, resources: answered(resources, request, { outcome, nowMs }) };
    }
    case 'stale':
      return { ...model, resources: withStale(resources, event.prefix) };
    case 'sent':
      return { ...model, requests: withRequest(requests, { ...event, atMs: nowMs }) };
    case 'returned':
      return { ...model, requests: withAnswer(requests, { ...event, atMs: nowMs }) };
    case 'toast':
      return { ...model, notices: withToast(notices, event, nowMs) };
    case 'problem':
      return { ...model, notices: withProblem(notices, event) };
    case 'dismiss':
      return { ...model, notices: dismissed(notices) };
  }
}

function reduceChannel(model: Model, event: ControlEvent, nowMs: number): Model {
  switch (event.kind) {
    case 'link': {
      const link = linkTold(model.link, event.link, nowMs);
      // What was read over another socket may have changed meanwhile.
      const resources =
        event.link.kind === 'live' ? withStale(model.resources, '') : model.resources;
      return { ...model, link, resources };
    }
    case 'heard':
      return { ...model, link: { ...model.link, heardAtMs: nowMs - event.silentMs } };
    case 'identity':
      return withIdentity(model, event.state);
    case 'snapshot':
      return withSnapshot(heard(model, nowMs), event.snapshot, nowMs);
    case 'topic-refused':
      return event.topic === 'audit'
        ? { ...model, auditDenied: true, audit: emptyTail }
        : { ...model, [event.topic]: { state: 'denied', problem: event.problem } };
    case 'audit': {
      const audit = withLines(model.audit, event.lines, event.dropped);
      return { ...heard(model, nowMs), audit, auditDenied: false };
    }
  }
}

function heard(model: Model, nowMs: number): Model {
  return { ...model, link: { ...model.link, heardAtMs: nowMs } };
}

/**
 * Somebody else finds nothing of whoever was here before. A seal, a broken link or a token that has
 * run out keeps what was typed into this console, for the one who typed it, and nothing that was
 * read.
 */
function withIdentity(before: Model, identity: IdentityState): Model {
  const reader = identity.kind === 'known' ? readerOf(identity.identity) : before.reader;
  const isOther = before.reader !== undefined && reader !== before.reader;
  const model = isOther ? forgotten(before) : before;
  const told = { ...model, identity, reader, notices: identityNotice(model, identity) };
  if (before.identity.kind === 'known' && identity.kind === 'known' && !isOther) return told;
  return { ...told, resources: noResources, audit: emptyTail, auditDenied: false };
}

/** As at the start, but for what anybody may see. */
function forgotten(model: Model): Model {
  const { nowMs, write, size, focused, link, cluster, ceremony, agentAheadMs, sitting } = model;
  const settings = { ...model.settings, start: home };
  return {
    ...initialModel(settings, { nowMs, readOnly: write.locked }),
    sitting: sitting + 1,
    size,
    focused,
    link,
    cluster,
    ceremony,
    agentAheadMs,
    places: [home],
  };
}

const home: Place = { view: 'cluster', argument: undefined };

/** A batch token has no accessor; two of them that look the same may do the same. */
function readerOf({ accessor, displayName, policies, expiresAtMs }: ControlIdentity): string {
  return accessor ?? JSON.stringify([displayName, policies, expiresAtMs ?? null]);
}

/** A login that worked passes by; one that is refused, or has ended, stays until it is seen. */
function identityNotice({ identity: before, notices, nowMs }: Model, now: IdentityState): Notices {
  if (now.kind === 'refused') {
    return withProblem(notices, { what: literal('log in'), problem: now.problem });
  }
  if (now.kind !== 'known' || before.kind === 'known') return notices;
  const { name } = identitySign(now, nowMs);
  return withToast(notices, { text: clean(`logged in as ${name}`, 60), tone: 'good' }, nowMs);
}

function withSnapshot(
  model: Model,
  snapshot: Extract<ControlEvent, { kind: 'snapshot' }>['snapshot'],
  nowMs: number,
): Model {
  switch (snapshot.kind) {
    case 'cluster': {
      const agentAheadMs = snapshot.capturedAtMs - nowMs;
      const places = placesAfter(model, snapshot.initialised);
      const firstPlaces = places === model.places ? model.firstPlaces : places.length;
      const cluster = received(snapshot, nowMs);
      return { ...model, cluster, agentAheadMs, places, firstPlaces };
    }
    case 'ceremony':
      return { ...model, ceremony: received(snapshot, nowMs) };
    case 'alarms':
      return { ...model, alarms: received(snapshot, nowMs) };
    case 'metrics': {
      const history = withSamples(model.history, snapshot);
      return { ...model, metrics: received(snapshot, nowMs), history };
    }
    case 'audit': {
      const audit = { ...model.audit, next: snapshot.next };
      return { ...model, audit, auditDenied: false };
    }
  }
}

function redialled(model: Model, address: string): Model {
  const { nowMs, write, size, sitting } = model;
  const settings = { ...model.settings, address };
  const anew = initialModel(settings, { nowMs, readOnly: write.locked });
  return { ...anew, sitting: sitting + 1, size };
}

/** The first sign of the agent leads from the dialling view to the one that is wanted. */
function placesAfter(model: Model, isInitialised: boolean): Places {
  const { places, settings, cluster } = model;
  const isDialling = places.length === 1 && places[0].view === 'connect';
  if (!isDialling || cluster.state === 'ready') return places;
  if (!isInitialised) return [home, { view: 'init', argument: undefined }];
  return settings.start.view === home.view ? [home] : [home, settings.start];
}

/** What a view is opened on is what is selected there. */
function withPlace(model: Model, place: Place): Model {
  const { view, argument } = place;
  const selected =
    argument === undefined ? model.selected : { ...model.selected, [view]: argument };
  return { ...model, selected, places: wentTo(model.places, place) };
}

/** Somebody looks at something: what was read long before may have changed. */
function looked(model: Model): Model {
  return { ...model, resources: withAgedStale(model.resources, model.nowMs) };
}

function withFilter(model: Model, text: string): Model {
  const { view } = model.places.at(-1) ?? model.places[0];
  return { ...model, filters: { ...model.filters, [view]: text } };
}

function withWindow(model: Model, seconds: number, nowMs: number): Model {
  const { locked } = model.write;
  if (locked || seconds <= 0) return { ...model, write: { untilMs: undefined, locked } };
  const length = Math.min(seconds, writeWindowSecondsMax) * 1_000;
  return { ...model, write: { untilMs: nowMs + length, locked } };
}
