// Starts one of the two programs from its build. Never installs or builds: a daemon that changes
// its own code at start would be a surprise. Missing pieces are named with their cure.
import { existsSync, statSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './launch.mjs';
import { chooseNode } from './node.mjs';
import { buildStamp, compileCache, root } from './root.mjs';
import { Problem, say } from './say.mjs';

/**
 * Flags of every process that holds keys: no code from strings, no `__proto__`, no inspector by
 * SIGUSR1, no environment in crash reports, asymmetric keys in locked memory (at least 32 bytes a
 * piece, 1 MiB in all), and a collector that the seal can force. The young generation of the heap
 * stays small: with V8's own bound an agent grows from 100 to 250 MB under load, and is no faster.
 */
export const agentFlags = [
  '--disallow-code-generation-from-strings',
  '--disable-proto=delete',
  '--disable-sigusr1',
  '--report-exclude-env',
  '--secure-heap=1048576',
  '--secure-heap-min=32',
  '--expose-gc',
  '--max-semi-space-size=8',
];

/**
 * glibc's allocator, where it is the one: memory of 64 KiB and more (bodies, what is read from
 * sockets) goes back to the kernel when it is freed, and not into the rest of a heap that the next
 * small piece pins; and two threads have two heaps, not one for each of the platform's. After a
 * flood of bodies of 1 MB that is 300 instead of 470 MB. The unit in agent/deploy has the same.
 */
export const agentEnvironment = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '65536' };

/** What the compiler touches last when it has written something that goes into the agent. */
const compiledRooms = ['agent', 'src', 'src-crypto', 'shared'];

/**
 * A program of the agent (`main`, `start`): its bundle, or what it was made of where the compiler
 * ran alone since, as it does while somebody works on it. A build that did not finish may have left
 * modules of two versions; then the bundle is that of the build before.
 */
export function agentProgram(name) {
  const built = join(root, '.build');
  const bundle = join(built, 'agent', 'process', `${name}.mjs`);
  const madeMs = lastChangeMs(bundle);
  const isNewest = compiledRooms.every(
    (room) => lastChangeMs(join(built, `${room}.tsbuildinfo`)) <= madeMs,
  );
  const isWhole = isNewest || (madeMs > 0 && !existsSync(buildStamp));
  return isWhole ? bundle : join(built, 'agent', `${name}.js`);
}

const unfinished =
  'the last build failed, was broken off or still runs: this may be the version before, or a mix ' +
  'of both; run `npm run build` in the project folder';

function lastChangeMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Runs a built program with this process's arguments. */
export async function runProduct({ path, flags, environment = {} }) {
  try {
    if (!existsSync(path)) {
      throw new Problem('is not built yet: run `npm run build` in the project folder');
    }
    if (!existsSync(buildStamp)) say(unfinished);
    const node = chooseNode();
    if (flags.length === 0 && !node.bundled) {
      process.argv[1] = path;
      // Not there before Node 22, which only hands over to a later one.
      nodeModule.enableCompileCache?.(compileCache);
      await import(pathToFileURL(path).href);
    } else {
      await launch(node, [...flags, path, ...process.argv.slice(2)], environment);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
