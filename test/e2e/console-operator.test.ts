import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { openConsole } from '../support/console-process.ts';
import { command } from '../support/operator-hands.ts';
import { strongbox } from '../support/strongbox-command.ts';

const passphrase = 'a long walk in the rain';

test('an operator proves a name with the key of a file; a wrong pass-phrase proves nothing', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const home = agent.folder;
  const files = { token: join(home, 'token'), phrase: join(home, 'phrase') };
  await writeFile(files.token, rootToken, { mode: 0o600 });
  await writeFile(files.phrase, passphrase, { mode: 0o600 });
  const environment = { HOME: home, STRONGBOX_TOKEN: rootToken };
  const flags = ['--passphrase-file', files.phrase];
  const made = await strongbox(['operator', 'keygen', ...flags], environment);
  assert.equal(made.code, 0, made.stderr);
  const place = ['--address', `unix://${agent.socket}`];
  const registered = await strongbox(
    ['operator', 'register', 'alice', ...flags, ...place],
    environment,
  );
  assert.equal(registered.code, 0, registered.stderr);

  const words = ['--token-file', files.token, '--name', 'dora'];
  const size = { columns: 100, rows: 30 };
  await using terminal = openConsole({ socket: agent.socket, home, words, ...size });
  await terminal.waitFor(/root +RO/);
  await command(terminal, 'prove alice');
  await terminal.waitFor(/the key of alice/);
  terminal.send('not this one');
  terminal.send('\r');
  await terminal.waitFor(/operator\.passphrase-wrong/);
  terminal.send('\u001b');
  await terminal.waitUntil((screen) => !screen.includes('passphrase-wrong'), 'the notice goes');
  await command(terminal, 'prove alice');
  await terminal.waitFor(/the key of alice/);
  terminal.send(passphrase);
  terminal.send('\r');
  await terminal.waitFor(/the agent knows you as alice/);
  await terminal.waitFor(/alice +RO/);
  assert.doesNotMatch(terminal.raw, /long walk/);
  await command(terminal, 'quit');
  assert.deepEqual(await terminal.ended(), { code: 0, signal: 0 });
});
