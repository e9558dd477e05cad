// The console's programs, each as one file: a start reads one file and not eight hundred, which is
// half of the time to the first frame. What the compiler wrote goes in, so types are checked before.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './root.mjs';

const console = join(root, '.build', 'console');
const outdir = join(console, 'tui');

/** Beside the bundle lie the programs that it starts: two worker threads and a child. */
const entryPoints = {
  console: join(console, 'tui', 'main.js'),
  'control-worker': join(console, 'client', 'control-worker.js'),
  'audit-verify-worker': join(console, 'client', 'audit-verify-worker.js'),
  'secret-entry': join(console, 'secret-entry', 'main.js'),
};

/** Writes the bundles; returns what went wrong, in esbuild's words, or undefined. */
export function bundleConsole() {
  const { buildSync, formatMessagesSync } = createRequire(import.meta.url)('esbuild');
  try {
    buildSync({ ...options, entryPoints, outdir });
    return undefined;
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    return formatMessagesSync(error.errors, { kind: 'error' }).join('');
  }
}

const options = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  minify: true,
  // React's and Ink's development halves are decided here, not by the environment of an operator.
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    // ws asks for native helpers where they happen to lie in a folder above.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
  external: ['argon2'],
  alias: { 'react-devtools-core': join(root, '.bin', 'support', 'absent.cjs') },
  // Packages that are CommonJS inside ask for `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'silent',
};
