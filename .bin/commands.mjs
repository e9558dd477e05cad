// The commands behind the npm scripts, as a table.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, bootstrapDependencies } from './bootstrap.mjs';
import { launch } from './support/launch.mjs';
import { root } from './support/root.mjs';
import { Problem, say } from './support/say.mjs';

const commands = { start, tour, build: () => void bootstrap(), check, format, test, bench };

/** Runs one command; the exit code says whether it did what it should. */
export async function main([name = '', ...args]) {
  try {
    if (!Object.hasOwn(commands, name)) {
      throw new Problem(`no command "${name}"; there are ${Object.keys(commands).join(', ')}`);
    }
    await commands[name](args);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
    process.exitCode = 1;
    if (name === 'test') closeTests();
  }
}

/** With a terminal a real agent in the foreground; without one, the guided tour. */
function start(args) {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (!isTerminal) return tour(args);
  return launch(bootstrap(), [join(root, '.build', 'agent', 'start.js'), ...args]);
}

function tour(args) {
  return launch(bootstrap(), [join(root, '.build', 'console', 'tour', 'main.js'), ...args]);
}

function bench(args) {
  return launch(bootstrap(), [join(root, '.build', 'test', 'bench', 'main.js'), ...args]);
}

function format() {
  const node = bootstrapDependencies();
  runStep(node, 'format', '@biomejs/biome/bin/biome', ['format', '--write', '.']);
}

function check() {
  const node = bootstrapDependencies();
  const biome = ['format', '--reporter=summary', '.'];
  runStep(node, 'format (cure: npm run format)', '@biomejs/biome/bin/biome', biome);
  bootstrap();
  const oxlint = ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'];
  runStep(node, 'lint', 'oxlint/bin/oxlint', oxlint);
  runStep(node, 'unused code', 'knip/bin/knip.js', ['--no-progress']);
}

/** All checks and all tests; with arguments, only the test files at or under those paths. */
function test(args) {
  if (args.length === 0) check();
  const node = bootstrap();
  const runner = join(root, 'test', 'support', 'run-tests.ts');
  return launch(node, [runner, ...args]);
}

/** A check that fails says what is wrong first; its own output is dropped when it passes. */
function runStep(node, name, script, args) {
  const path = join(root, 'node_modules', script);
  const result = spawnSync(node.path, [path, ...args], { cwd: root, encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}${result.stderr}`);
  throw new Problem(`check failed: ${name}`);
}

/** The closing line of a test run that did not get as far as the tests. */
function closeTests() {
  process.stdout.write('strongbox: 0 passed, 1 failed, 0 skipped\n');
}
