/** What the programs do not load at their start, because it would cost every one of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './support/project.ts';

/** The heaviest of Node's own modules; an import of `node:http` pulls it in unseen. */
const undici = 'NativeModule internal/deps/undici/undici';

for (const file of ['agent/runtime/agent.ts', 'console/cli/context.ts']) {
  test(`${file} does not load undici`, () => {
    const program = `
      await import(${JSON.stringify(join(root, file))});
      process.stdout.write(JSON.stringify(process.moduleLoadList));
    `;
    const options = { encoding: 'utf8', cwd: root } as const;
    const outcome = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      options,
    );
    assert.equal(outcome.status, 0, outcome.stderr);
    const loaded = JSON.parse(outcome.stdout) as readonly string[];
    assert.ok(loaded.includes('NativeModule _http_client'), 'HTTP itself is there');
    assert.ok(!loaded.includes(undici), 'take node:http by process.getBuiltinModule');
  });
}
