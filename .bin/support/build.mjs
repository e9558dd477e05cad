// The build: TypeScript's project references into .build, and each program as one file. The compiler
// is not even asked when no source changed since the last build that passed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePrograms } from './bundle.mjs';
import { buildStamp, compileCache, root } from './root.mjs';
import { Problem, say } from './say.mjs';
import { sourceFingerprint } from './sources.mjs';

export function isBuilt() {
  return existsSync(buildStamp) && readFileSync(buildStamp, 'utf8') === sourceFingerprint();
}

/** Compiles every room with the given Node and bundles; throws a Problem when that fails. */
export function build(node) {
  if (isBuilt()) return;
  say('building');
  // Taken first: what is written while the compiler runs must count as changed.
  const fingerprint = sourceFingerprint();
  // The compiler writes file by file: one that fails leaves modules of two versions.
  rmSync(buildStamp, { force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '--build', '--pretty', String(process.stderr.isTTY === true)];
  const result = spawnSync(node.path, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new Problem('the build failed; what the compiler said is above');
  const fault = bundlePrograms();
  if (fault !== undefined) throw new Problem(`the programs could not be bundled:\n${fault}`);
  // It would keep what older builds left in it.
  rmSync(compileCache, { recursive: true, force: true });
  mkdirSync(join(root, '.build'), { recursive: true });
  writeFileSync(buildStamp, fingerprint);
}
