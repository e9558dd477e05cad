import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsoleShare } from '../../../agent/control/console-share.ts';
import { anonymousBodyBytesMax, anonymousCallsMax } from '../../../agent/control/limits.ts';
import { Session } from '../../../agent/control/session.ts';
import { Admission } from '../../../agent/http/admission/admission.ts';
import { controlUnitsMax } from '../../../agent/http/admission/limits.ts';
import type { RequestHandler } from '../../../agent/http/request-handler.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import type { CoreAnswer, CoreRequest } from '../../../src/core/request.ts';
import { waitFor } from '../../support/wait-for.ts';

const ok: CoreAnswer = { status: 200, body: {} };

function request(path: string, method: CoreRequest['method'] = 'read'): CoreRequest {
  return {
    id: path,
    method,
    path: canonicalPath(path),
    token: undefined,
    namespace: undefined,
    query: new Map(),
    body: new Uint8Array(),
    contentType: undefined,
    wrapTtlSeconds: undefined,
    signal: undefined,
    remote: { address: 'unix', port: 0, transport: 'unix', local: true },
  };
}

/** A core that answers at once, but what is asked of `held` when it is let go. */
function heldCore(): { readonly core: RequestHandler; readonly release: (() => void)[] } {
  const release: (() => void)[] = [];
  const handle = async ({ path }: CoreRequest): Promise<CoreAnswer> => {
    if (path === 'held') await new Promise<void>((go) => release.push(go));
    return ok;
  };
  return { core: { handle }, release };
}

function session(token?: string): Session {
  const remote = { address: '192.0.2.7', port: 9, transport: 'tls', local: false } as const;
  const made = new Session('s', remote, '');
  if (token !== undefined) made.bind(token, made.identity);
  return made;
}

test('consoles are served while listeners are full, up to their own share', async () => {
  const none = { leastUnits: 1, mostUnits: 1, targetMs: Number.POSITIVE_INFINITY };
  const admission = new Admission({ read: none, list: none, write: none, bulk: none });
  admission.enter({ method: 'read', path: 'a' }, 0);
  admission.enter({ method: 'write', path: 'a' }, 0);
  const { core, release } = heldCore();
  const share = new ConsoleShare(core, admission);
  const console = session('good');
  const held = Array.from({ length: controlUnitsMax }, () =>
    share.handle(request('held'), console),
  );
  await assert.rejects(share.handle(request('one/more'), console), { code: 'request.overloaded' });
  assert.equal(admission.state('control').refused, 1);
  assert.equal(await share.handle(request('sys/health'), console), ok);
  assert.equal(await share.handle(request('sys/unseal', 'write'), console), ok);
  for (const go of release) go();
  await Promise.all(held);
  assert.equal(await share.handle(request('one/more'), console), ok);
});

test('consoles without a token keep nobody waiting but themselves', async () => {
  const { core, release } = heldCore();
  const share = new ConsoleShare(core, new Admission());
  const crowd = Array.from({ length: controlUnitsMax }, () => session());
  const held = crowd.map((each) => share.handle(request('held'), each));
  assert.equal(await share.handle(request('a'), session('good')), ok);
  const other = session();
  assert.equal(await share.handle(request('sys/unseal', 'write'), other), ok);
  const queue = Array.from({ length: anonymousCallsMax - 1 }, () =>
    share.handle(request('sys/seal', 'write'), crowd[0] ?? other),
  );
  await assert.rejects(share.handle(request('a'), crowd[0] ?? other), {
    code: 'request.overloaded',
  });
  await waitFor('one of each under way', () => release.length === crowd.length);
  for (const go of release) go();
  assert.ok((await Promise.all([...held, ...queue])).every((answer) => answer === ok));
  assert.equal(await share.handle(request('a'), crowd[0] ?? other), ok);
});

test('a console without a token sends no large body, and one that fails holds up nothing', async () => {
  const handle = async ({ path }: CoreRequest): Promise<CoreAnswer> => {
    if (path === 'broken') throw new TypeError('as it may');
    return ok;
  };
  const share = new ConsoleShare({ handle }, new Admission());
  const console = session();
  const large = {
    ...request('sys/unseal', 'write'),
    body: new Uint8Array(anonymousBodyBytesMax + 1),
  };
  await assert.rejects(share.handle(large, console), { code: 'http.body-too-large' });
  assert.equal(await share.handle(large, session('good')), ok);
  const broken = assert.rejects(share.handle(request('broken'), console), TypeError);
  assert.equal(await share.handle(request('a'), console), ok);
  await broken;
});
