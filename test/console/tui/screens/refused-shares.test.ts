/** What everybody reads of a share that was refused: words for holders, not codes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectCeremony } from '../../../../console/tui/screens/ceremony/ceremony-view.ts';
import { shareErrors } from '../../../../shared/errors/share.ts';
import { ceremonyOf, clusterOf, nodeOf, PlayedSession, startMs } from '../played-session.ts';

/** Of a key to seal shares to at init, where nobody enters any. */
const notEntered = 'share.receiver-invalid';

test('each refusal of a share that was entered is told in words', () => {
  for (const code of Object.keys(shareErrors).filter((name) => name !== notEntered)) {
    const session = new PlayedSession();
    session.join(
      clusterOf([nodeOf('node-1', { sealed: true })]),
      ceremonyOf({ events: [{ atMs: startMs, what: 'refused', by: 'carol', detail: code }] }),
    );
    const [line] = selectCeremony(session.model)?.events ?? [];
    assert.match(line?.text ?? '', /carol REFUSED \w/u);
    assert.ok(!line?.text.includes('share.'), `${code} is shown as it is: ${line?.text}`);
  }
});
