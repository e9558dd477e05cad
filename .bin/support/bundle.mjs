// The programs, each as one file: a start reads one file and not eight hundred. That is half of the
// time to the console's first frame, and 40 % of the CPU time and 17 MB of the memory of an agent's
// start. What the compiler wrote goes in, so types are checked before.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './root.mjs';

const console = join(root, '.build', 'console');
const agent = join(root, '.build', 'agent');

/** Writes the bundles; returns what went wrong, in esbuild's words, or undefined. */
export function bundlePrograms() {
  const { buildSync, formatMessagesSync, stop } = createRequire(import.meta.url)('esbuild');
  try {
    for (const options of [consoleOptions, agentOptions]) buildSync(options);
    return undefined;
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    return formatMessagesSync(error.errors, { kind: 'error' }).join('');
  } finally {
    // Its process would stay for as long as this one, which an agent may be started from.
    void stop();
  }
}

const options = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // React's and Ink's development halves are decided here, not by the environment of an operator.
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    // ws asks for native helpers where they happen to lie in a folder above.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
  // Packages that are CommonJS inside ask for `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'silent',
};

const consoleOptions = {
  ...options,
  // Beside the bundle lie the programs that it starts: two worker threads and a child.
  entryPoints: {
    console: join(console, 'tui', 'main.js'),
    'control-worker': join(console, 'client', 'control-worker.js'),
    'audit-verify-worker': join(console, 'client', 'audit-verify-worker.js'),
    'secret-entry': join(console, 'secret-entry', 'main.js'),
  },
  outdir: join(console, 'tui'),
  minify: true,
  external: ['argon2'],
  alias: { 'react-devtools-core': join(root, '.bin', 'support', 'absent.cjs') },
};

// Not minified: what the agent logs of a broken promise are names and lines.
const agentOptions = {
  ...options,
  // Each program lies where it finds those that it starts as the compiled ones do.
  entryPoints: {
    'process/main': join(agent, 'main.js'),
    'process/start': join(agent, 'start.js'),
    'runtime/request-program': join(agent, 'runtime', 'request-program.js'),
    'runtime/host-sampler-child': join(agent, 'telemetry', 'host-sampler-child.js'),
  },
  outdir: agent,
  // Native, or large and loaded by few starts.
  external: ['argon2', 'sqlite3', '@peculiar/x509', 'reflect-metadata', 'systeminformation'],
};
