import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleShare } from '../../../agent/control/console-share.ts';
import { Admission } from '../../../agent/http/admission/admission.ts';
import { controlUnitsMax } from '../../../agent/http/admission/limits.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import type { CoreAnswer, CoreRequest } from '../../../src/core/request.ts';

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

test('consoles are served while listeners are full, up to their own share', async () => {
  const none = { leastUnits: 1, mostUnits: 1, targetMs: Number.POSITIVE_INFINITY };
  const admission = new Admission({ read: none, list: none, write: none, bulk: none });
  admission.enter({ method: 'read', path: 'a' }, 0);
  admission.enter({ method: 'write', path: 'a' }, 0);
  const release: (() => void)[] = [];
  const share = consoleShare(
    {
      handle: async ({ path }) => {
        if (path === 'held') await new Promise<void>((go) => release.push(go));
        return ok;
      },
    },
    admission,
  );
  const held = Array.from({ length: controlUnitsMax }, () => share.handle(request('held')));
  await assert.rejects(share.handle(request('one/more')), { code: 'request.overloaded' });
  assert.equal(admission.state('control').refused, 1);
  assert.equal(await share.handle(request('sys/health')), ok);
  assert.equal(await share.handle(request('sys/unseal', 'write')), ok);
  for (const go of release) go();
  await Promise.all(held);
  assert.equal(await share.handle(request('one/more')), ok);
});
