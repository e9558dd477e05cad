import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Text } from 'ink';
import { ScreenView } from '../../../../console/tui/app/screen-view.tsx';
import { ThemeProvider } from '../../../../console/tui/components/theme-context.tsx';
import { screens } from '../../../../console/tui/screens/screens.ts';
import { themeOf } from '../../../../console/tui/terminal/theme.ts';
import { mount } from '../../../support/virtual-terminal.ts';
import {
  type Answers,
  ceremonyOf,
  clusterOf,
  nodeOf,
  PlayedSession,
  startMs,
} from '../played-session.ts';
import { hostileNames } from '../terminal/hostile-names.ts';

/** Everything that an agent can send holds the name: nodes, people, secrets, records, errors. */
function played(name: string, view: string): PlayedSession {
  const answers: Answers = {
    'read sys/internal/ui/mounts': {
      status: 200,
      body: { data: { secret: { 'secret/': { type: 'kv', options: { version: '2' } } } } },
    },
    'list secret/metadata/': { status: 200, body: { data: { keys: [name, `${name}/`] } } },
    'list sys/policies/acl': { status: 200, body: { data: { keys: [name] } } },
    [`read sys/policies/acl/${name}`]: {
      status: 200,
      body: { data: { policy: `# ${name}\npath "${name}" {}`, version: 1 } },
    },
    'list auth/token/accessors': { status: 200, body: { data: { keys: [name] } } },
    'write auth/token/lookup-accessor': {
      status: 200,
      body: { data: { display_name: name, policies: [name], path: name, type: name } },
    },
    [`read secret/metadata/${name}`]: { status: 403, body: { errors: [name] } },
  };
  const session = new PlayedSession(answers, view, name);
  const alarm = {
    id: name,
    severity: 'critical' as const,
    node: name,
    sentence: name,
    runbook: name,
    raisedAtMs: startMs,
  };
  session.join(
    clusterOf([nodeOf(name, { version: name, storage: name, alarm: 'critical' })], {
      clusterName: name,
    }),
    ceremonyOf({
      setId: name,
      nonce: name,
      entered: [{ index: 1, by: name, atMs: startMs }],
      participants: [{ id: name, name, proved: false, view: name, sinceMs: startMs }],
      events: [{ atMs: startMs, what: 'refused', by: name, detail: name }],
    }),
  );
  session.logIn(name);
  const alarms = { kind: 'alarms', open: [alarm], cleared: [] } as const;
  session.channel({ kind: 'snapshot', topic: 'alarms', snapshot: alarms });
  const record = { index: 1, time: name, type: name, request: { path: name, operation: name } };
  session.channel({ kind: 'audit', lines: [name, JSON.stringify(record)], dropped: 0 });
  const problem = { code: name, status: 400, message: name };
  session.happen({
    kind: 'verify',
    state: { kind: 'failed', source: { kind: 'files', paths: [name] }, problem },
  });
  session.answer();
  session.keys('j');
  session.answer();
  return session;
}

for (const { view } of screens) {
  test(`no name that an agent sends can act on the terminal in ${view}`, async () => {
    await using terminal = await mount(<Text> </Text>);
    for (const [what, name] of hostileNames) {
      await terminal.rerender(
        <ThemeProvider theme={themeOf('mono', false)}>
          <ScreenView app={played(name, view).app} />
        </ThemeProvider>,
      );
      const lines = terminal.screen().slice(0, 24);
      assert.match(lines[0] ?? '', new RegExp(` › ${view}`), `${what}: the header stands`);
      assert.match(lines[23] ?? '', /<\S+> \w/, `${what}: the footer stands`);
    }
    const escapes = terminal.raw().match(/\u001b(?!\[[\d;?]*[A-Za-z])./gu) ?? [];
    assert.deepEqual(escapes, [], 'only cursor and style sequences reach the terminal');
  });
}
