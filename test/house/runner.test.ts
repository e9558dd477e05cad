import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { leftovers } from '../support/runner/process-group.ts';
import { RunReport } from '../support/runner/report.ts';
import { type FileOutcome, runFile } from '../support/runner/run-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const imports = `
  import { test } from 'node:test';
  import assert from 'node:assert/strict';
  import { spawn } from 'node:child_process';
`;

/** Runs a test file with this body; a file that hangs has two seconds. */
async function run(body: string): Promise<FileOutcome> {
  await using folder = await temporaryFolder();
  const program = join(folder.path, 'sample.test.mjs');
  await writeFile(program, imports + body);
  const limits = { testMsMax: 60_000, fileMsMax: 2_000 };
  return await runFile({ file: 'sample.test.mjs', program, folder: folder.path }, limits);
}

/** What a report prints of one outcome, and the exit code. */
function print(outcome: FileOutcome, failSkipped = false): { text: string; exit: number } {
  let text = '';
  const report = new RunReport(failSkipped, (part) => {
    text += part;
  });
  report.add(outcome);
  const exit = report.close();
  return { text, exit };
}

function closingLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1);
}

test('passing tests are counted, and the closing line comes last', async () => {
  const outcome = await run(`test('one', () => {}); test('two', async () => {});`);
  assert.equal(outcome.problem, undefined);
  const { text, exit } = print(outcome);
  assert.equal(closingLine(text), 'strongbox: 2 passed, 0 failed, 0 skipped');
  assert.equal(exit, 0);
});

test('a failure is told with its path, its difference and its place, once', async () => {
  const outcome = await run(`
    test('outer', async (t) => { await t.test('inner', () => assert.equal(1, 2)); });
  `);
  const { text, exit } = print(outcome);
  assert.match(text, /^outer > inner$/m);
  assert.match(text, /1 !== 2/);
  assert.match(text, /sample\.test\.mjs:\d+/);
  assert.doesNotMatch(text, /node:internal/);
  assert.equal(closingLine(text), 'strongbox: 0 passed, 1 failed, 0 skipped');
  assert.equal(exit, 1);
});

test('what a failing file printed is shown, what a passing one printed is not', async () => {
  const failing = await run(`console.log('seen'); test('one', () => assert.fail());`);
  assert.match(print(failing).text, /^seen$/m);
  const passing = await run(`console.log('unseen'); test('one', () => {});`);
  assert.doesNotMatch(print(passing).text, /unseen/);
});

test('a skipped test is named with its reason, and fails where nothing may be skipped', async () => {
  const outcome = await run(
    `test('one', { skip: 'needs root' }, () => {}); test('two', () => {});`,
  );
  const lenient = print(outcome);
  assert.match(lenient.text, /skipped: one: needs root/);
  assert.equal(closingLine(lenient.text), 'strongbox: 1 passed, 0 failed, 1 skipped');
  assert.equal(lenient.exit, 0);
  const strict = print(outcome, true);
  assert.equal(closingLine(strict.text), 'strongbox: 1 passed, 1 failed, 0 skipped');
  assert.equal(strict.exit, 1);
});

test('data that is not part of the project may be missing everywhere, and is named', async () => {
  const reason = '../data/of-others is not beside the project';
  const outcome = await run(`test('one', { skip: '${reason}' }, () => {});`);
  const strict = print(outcome, true);
  assert.match(strict.text, /skipped: one: \.\.\/data\/of-others is not beside the project/);
  assert.equal(closingLine(strict.text), 'strongbox: 0 passed, 0 failed, 1 skipped');
  assert.equal(strict.exit, 0);
});

test("the developer's own servers and tokens do not reach a test", async () => {
  process.env['VAULT_TOKEN'] = 'of the developer';
  const outcome = await run(`test('one', () => assert.equal(process.env.VAULT_TOKEN, undefined));`);
  delete process.env['VAULT_TOKEN'];
  assert.equal(print(outcome).exit, 0);
});

test('what makes a test longer reaches it', async () => {
  process.env['STRONGBOX_TEST_LENGTH'] = '8';
  const outcome = await run(
    `test('one', () => assert.equal(process.env.STRONGBOX_TEST_LENGTH, '8'));`,
  );
  delete process.env['STRONGBOX_TEST_LENGTH'];
  assert.equal(print(outcome).exit, 0);
});

const brokenFiles: readonly (readonly [name: string, body: string, problem: RegExp])[] = [
  ['throws while it loads', `throw new Error('at load');`, /ended with exit code 1/],
  [
    'exits before its tests end',
    `test('one', () => {}); test('two', async () => { setImmediate(() => process.exit(0)); await new Promise(() => {}); });`,
    /ended before/,
  ],
  ['exits before its first test ends', `test('one', () => process.exit(0));`, /no test, or ends/],
  [
    'kills itself',
    `test('one', () => process.kill(process.pid, 'SIGKILL'));`,
    /was ended by SIGKILL/,
  ],
  ['holds no test', '', /no test, or ends/],
  ['leaves a timer', `test('one', () => {}); setInterval(() => {}, 1_000);`, /longer than 2 s/],
];

for (const [name, body, problem] of brokenFiles) {
  test(`a file that ${name} fails`, async () => {
    const outcome = await run(body);
    assert.match(outcome.problem ?? '', problem);
    assert.equal(print(outcome).exit, 1);
  });
}

test('a process that a file leaves behind is named and ended', {
  skip: process.platform === 'linux' ? false : 'process groups are read from /proc',
}, async () => {
  const outcome = await run(`
      test('one', () => {
        const child = spawn('sleep', ['600'], { stdio: 'inherit' });
        console.log('group', process.pid);
        child.unref();
      });
    `);
  assert.match(outcome.problem ?? '', /left processes behind: sleep/);
  const group = Number(/group (\d+)/.exec(outcome.output)?.[1]);
  assert.deepEqual(await leftovers(group), []);
});
