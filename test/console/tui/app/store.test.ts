import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialApp } from '../../../../console/tui/app/step.ts';
import { ConsoleStore } from '../../../../console/tui/app/store.ts';
import type { ModelEvent } from '../../../../console/tui/model/event.ts';
import { initialModel } from '../../../../console/tui/model/model.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';

function newStore(): ConsoleStore {
  const settings = {
    address: 'https://node-1:8200',
    holder: 'dora',
    start: { view: 'cluster', argument: undefined },
  };
  const model = initialModel(settings, { nowMs: Date.now(), readOnly: false });
  const ignore = (): void => undefined;
  return new ConsoleStore(initialApp(model), { onEffect: ignore, onStep: ignore });
}

function known(accessor: string): ModelEvent {
  const identity = {
    accessor,
    displayName: accessor,
    policies: [],
    expiresAtMs: undefined,
    operator: undefined,
  };
  return { kind: 'channel', event: { kind: 'identity', state: { kind: 'known', identity } } };
}

const late: ModelEvent = { kind: 'toast', text: literal('of the one before'), tone: 'info' };

function toasts(store: ConsoleStore): string {
  return store
    .snapshot()
    .model.notices.toasts.map(({ text }) => text)
    .join('; ');
}

for (const [what, event] of [
  ['logs out', { kind: 'logged-out' }],
  ['is followed by somebody else', known('acc-2')],
  ['looks at another agent', { kind: 'dialled', address: 'https://node-2:8200' }],
] as const) {
  test(`what comes of an effect after its user ${what} is told to nobody`, () => {
    const store = newStore();
    store.happen(known('acc-1'));
    const reports = store.ofThisSitting();
    store.happen(event);
    assert.equal(reports.isWanted(), false);
    reports.happen(late);
    reports.happenAll([late]);
    assert.doesNotMatch(toasts(store), /of the one before/);
  });
}

test('an effect outlasts a token that ran out, and a login where nobody was', () => {
  const store = newStore();
  const before = store.ofThisSitting();
  store.happen(known('acc-1'));
  assert.equal(before.isWanted(), true);
  store.happen({
    kind: 'channel',
    event: { kind: 'identity', state: { kind: 'anonymous' } },
  });
  store.happen(known('acc-1'));
  before.happen(late);
  assert.match(toasts(store), /of the one before/);
});
