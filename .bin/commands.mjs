// The commands behind the npm scripts, as a table.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, bootstrapDependencies } from './bootstrap.mjs';
import { launch } from './support/launch.mjs';
import { agentEnvironment, agentFlags, agentProgram } from './support/product.mjs';
import { root } from './support/root.mjs';
import { Problem, say } from './support/say.mjs';
import { runSession } from './support/session.mjs';

const commands = {
  start,
  tour,
  build: () => void bootstrap(),
  check,
  format,
  test,
  bench,
  sim,
  museum,
  fuzz,
  systemd,
  sbom,
};

const biome = '@biomejs/biome/bin/biome';
const outputBytesMax = 67_108_864;

/** Runs one command; the exit code says whether it did what it should. */
export async function main([name = '', ...args]) {
  try {
    if (!Object.hasOwn(commands, name)) {
      throw new Problem(`no command "${name}"; there are ${Object.keys(commands).join(', ')}`);
    }
    await commands[name](args);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof Problem) say(error.message);
    else process.stderr.write(`${error.stack}\n`);
    // A test run that did not get as far as the tests closes like one that did.
    if (name === 'test') process.stdout.write('strongbox: 0 passed, 1 failed, 0 skipped\n');
  }
}

/** With a terminal an agent and a console on it; without one, the guided tour, unless told. */
async function start(args) {
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (args.length === 1 && args[0] === '--no-console') {
    const node = bootstrap();
    return launch(node, [...agentFlags, agentProgram('start')], agentEnvironment);
  }
  if (args.length > 0) throw new Problem('`npm start` takes `-- --no-console` and nothing else');
  if (!hasTerminal) return tour([]);
  const node = bootstrap();
  const folder = '.strongbox';
  const socket = join(process.cwd(), folder, 'run', 'strongbox.sock');
  process.exitCode = await runSession({
    folder,
    socket,
    agent: {
      command: node.path,
      args: [...agentFlags, agentProgram('start')],
      environment: agentEnvironment,
    },
    console: {
      command: node.path,
      args: [join(root, '.bin', 'strongbox.mjs'), 'console', '--address', `unix://${socket}`],
    },
  });
}

function tour(args) {
  return runBuilt(['console', 'tour', 'main.js'], args);
}

function bench(args) {
  return runBuilt(['test', 'bench', 'main.js'], args);
}

/** Many simulated clusters, each from a seed. */
function sim(args) {
  return runSource(['test', 'simulation', 'run', 'main.ts'], args);
}

/** Each rule that the simulator and the tests hold, broken once: something must notice. */
function museum(args) {
  return runSource(['test', 'simulation', 'museum', 'main.ts'], args);
}

/** The unit on a real systemd, which is booted for it. */
function systemd(args) {
  return runSource(['test', 'e2e', 'systemd', 'main.ts'], args);
}

/** Long campaigns of random input against what reads input. */
function fuzz(args) {
  return runSource(['test', 'fuzz', 'main.ts'], args);
}

/** The bill of materials. */
function sbom(args) {
  return runSource(['test', 'house', 'supply', 'main.ts'], args);
}

function runSource(program, args) {
  return launch(bootstrapDependencies(), [join(root, ...program), ...args]);
}

function runBuilt(program, args) {
  const node = bootstrap();
  return launch(node, [join(root, '.build', ...program), ...args]);
}

function format() {
  runTool(bootstrapDependencies(), biome, ['format', '--write', '.']);
}

/** The checks that run no test, fast to slow; the first that fails ends the rest. */
function check() {
  const node = bootstrapDependencies();
  say('checking format');
  runTool(node, biome, ['format', '.'], '`npm run format` mends it');
  bootstrap();
  say('checking lint and unused code');
  const strict = ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'];
  runTool(node, 'oxlint/bin/oxlint', strict);
  runTool(node, 'knip/bin/knip.js', ['--no-progress', '--treat-config-hints-as-errors']);
}

/** All checks and all tests; with arguments, only the test files at or under those paths. */
function test(args) {
  if (args.length === 0) check();
  const node = bootstrap();
  say('testing');
  return launch(node, [join(root, 'test', 'support', 'run-tests.ts'), ...args]);
}

/** Runs a tool of node_modules. What it says is shown when it fails, and nothing otherwise. */
function runTool(node, script, args, cure) {
  const result = spawnSync(node.path, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: outputBytesMax,
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}${result.stderr}`);
  const [, tool = script] = /([a-z]+)(?:\.js)?$/.exec(script) ?? [];
  throw new Problem([`${tool} found what is shown above`, cure].filter(Boolean).join('; '));
}
