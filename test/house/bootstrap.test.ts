import assert from 'node:assert/strict';
import { readFile, rename, rm, utimes } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { type Clone, type Ended, fakeProgram, makeClone, pathWith } from './support/clone.ts';

const installDependencies = `
  import { installDependencies } from './.bin/support/dependencies.mjs';
  installDependencies();
`;

/** A lock file, ours or the one npm leaves in node_modules, with these packages. */
function lockFile(packages: Readonly<Record<string, object>>): string {
  return JSON.stringify({ packages: { '': { name: 'strongbox' }, ...packages } });
}

/** An npm that writes its arguments to a file; resolves what it was asked so far. */
async function recordNpm(clone: Clone): Promise<{ path: string; calls: () => Promise<string> }> {
  const folder = await fakeProgram(clone, 'npm', `echo "$@" >> "${clone.path}/npm-calls"`);
  return {
    path: pathWith(folder),
    calls: () => readFile(join(clone.path, 'npm-calls'), 'utf8').catch(() => ''),
  };
}

test('dependencies are installed without their scripts when they are not there', async () => {
  await using clone = await makeClone();
  const npm = await recordNpm(clone);
  const { stderr } = await clone.run(installDependencies, { PATH: npm.path });
  assert.match(await npm.calls(), /^ci --ignore-scripts /);
  assert.match(stderr, /installing dependencies/);
});

test('what npm says it installed is compared with the lock file, package by package', async () => {
  const wanted = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
  const cases: readonly (readonly [installed: Record<string, object>, complete: boolean])[] = [
    [wanted, true],
    [{ ...wanted, 'node_modules/more': { version: '1.0.0' } }, true],
    [{}, false],
    [{ 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }, false],
    [{ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }, false],
  ];
  await using clone = await makeClone();
  const npm = await recordNpm(clone);
  await clone.write('package-lock.json', lockFile(wanted));
  for (const [installed, complete] of cases) {
    await rm(join(clone.path, 'npm-calls'), { force: true });
    await clone.write('node_modules/.package-lock.json', lockFile(installed));
    await clone.run(installDependencies, { PATH: npm.path });
    assert.equal((await npm.calls()) === '', complete, JSON.stringify(installed));
  }
});

test('an optional package is missed only on the machines it is made for', async () => {
  const here = { os: [process.platform], cpu: [process.arch] };
  const cases: readonly (readonly [entry: object, complete: boolean])[] = [
    [{ optional: true, ...here }, false],
    [{ optional: true, ...here, cpu: process.arch }, false],
    [{ optional: true, ...here, os: [`!${process.platform}`] }, true],
    [{ optional: true, ...here, cpu: ['pdp11'] }, true],
    [{ optional: true }, true],
    [{}, false],
  ];
  await using clone = await makeClone();
  const npm = await recordNpm(clone);
  await clone.write('node_modules/.package-lock.json', lockFile({}));
  for (const [entry, complete] of cases) {
    await rm(join(clone.path, 'npm-calls'), { force: true });
    await clone.write('package-lock.json', lockFile({ 'node_modules/a': entry }));
    await clone.run(installDependencies, { PATH: npm.path });
    assert.equal((await npm.calls()) === '', complete, JSON.stringify(entry));
  }
});

test('a missing compiler is named with the Debian package that has it, in one line', async () => {
  await using clone = await makeClone();
  await fakeProgram(clone, 'make', '');
  const folder = await fakeProgram(clone, 'npm', 'echo noise; exit 1');
  const { stdout, stderr } = await clone.run(
    `
      import { prepareAddons } from './.bin/support/addons.mjs';
      import { Problem } from './.bin/support/say.mjs';
      try {
        prepareAddons({ path: process.execPath, version: process.versions.node });
      } catch (error) {
        if (error instanceof Problem) console.log(error.message);
      }
    `,
    { PATH: folder },
  );
  assert.equal(stdout.trim().split('\n').length, 1);
  assert.match(stdout, /needs python3, g\+\+; on Debian: apt-get install python3 g\+\+$/m);
  assert.doesNotMatch(stderr, /noise/);
});

test('an add-on that fails to compile shows what the compiler said', async () => {
  await using clone = await makeClone();
  for (const name of ['python3', 'make', 'g++']) await fakeProgram(clone, name, '');
  const folder = await fakeProgram(clone, 'npm', 'echo broken header; exit 1');
  const { code, stderr } = await clone.run(
    `
      import { prepareAddons } from './.bin/support/addons.mjs';
      prepareAddons({ path: process.execPath, version: process.versions.node });
    `,
    { PATH: [folder, '/bin', '/usr/bin'].join(delimiter) },
  );
  assert.equal(code, 1);
  assert.match(stderr, /broken header/);
});

test('the build is asked for only when a source was added, removed, renamed or written', async () => {
  await using clone = await makeClone();
  const fingerprint = async (): Promise<string> => {
    const { stdout } = await clone.run(`
      import { sourceFingerprint } from './.bin/support/sources.mjs';
      console.log(sourceFingerprint());
    `);
    return stdout.trim();
  };
  const seen = [await fingerprint()];
  const changed = async (): Promise<void> => {
    const now = await fingerprint();
    assert.match(now, /^[0-9a-f]{64}$/);
    assert.ok(!seen.includes(now));
    assert.equal(await fingerprint(), now, 'it is stable while nothing changes');
    seen.push(now);
  };
  await clone.write('src/deep/added.ts', 'export {};');
  await changed();
  await rename(join(clone.path, 'src/deep/added.ts'), join(clone.path, 'src/deep/renamed.ts'));
  await changed();
  await clone.write('src/deep/renamed.ts', 'export { };');
  await changed();
  await rm(join(clone.path, 'src/deep/renamed.ts'));
  assert.equal(await fingerprint(), seen[0]);
  await clone.write('src/README.md', 'what the compiler does not read');
  assert.equal(await fingerprint(), seen[0]);
});

test('after a build that failed the agent is that of the build before, and a start says so', async () => {
  await using clone = await makeClone();
  await clone.write(
    'node_modules/esbuild/index.js',
    'exports.buildSync = exports.stop = () => {};',
  );
  const build = async (exit: 0 | 1): Promise<void> => {
    await clone.write('src/module.ts', ' '.repeat(exit));
    await clone.write('node_modules/typescript/bin/tsc', `process.exit(${exit});`);
    const { code } = await clone.run(`
      import { build } from './.bin/support/build.mjs';
      build({ path: process.execPath });
    `);
    assert.equal(code, exit);
  };
  const start = (): Promise<Ended> =>
    clone.run(`
      import { agentProgram, runProduct } from './.bin/support/product.mjs';
      await runProduct({ path: agentProgram('main'), flags: [] });
    `);
  await build(0);
  await clone.write('.build/agent/process/main.mjs', 'console.log("bundle")');
  await clone.write('.build/agent/main.js', 'console.log("modules")');
  await utimes(join(clone.path, '.build/agent/process/main.mjs'), 1, 1);
  await clone.write('.build/src.tsbuildinfo', '');
  const { stdout, stderr } = await start();
  assert.deepEqual([stdout, stderr], ['modules\n', ''], 'the compiler may run alone');
  await build(1);
  const mixed = await start();
  assert.equal(mixed.stdout, 'bundle\n');
  assert.match(
    mixed.stderr,
    /^strongbox.*: the last build failed, .*; run `npm run build` in .*\n$/,
  );
  await build(0);
  assert.equal((await start()).stderr, '');
});

test('two bootstraps at once wait for each other', async () => {
  await using clone = await makeClone();
  const work = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from './.bin/support/lock.mjs';
    for (let turn = 0; turn < 20; turn += 1) {
      withLock(() => {
        appendFileSync('trace', '(');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        appendFileSync('trace', ')');
      });
    }
  `;
  const ends = await Promise.all([1, 2, 3].map(() => clone.run(work)));
  assert.deepEqual(
    ends.map(({ code, stderr }) => (code === 0 ? '' : stderr)),
    ['', '', ''],
  );
  assert.equal(await readFile(join(clone.path, 'trace'), 'utf8'), '()'.repeat(60));
});

test('the lock of a bootstrap that was killed is broken, and only by one of several', async () => {
  await using clone = await makeClone();
  const killed = await clone.run(`
    import { withLock } from './.bin/support/lock.mjs';
    withLock(() => process.kill(process.pid, 'SIGKILL'));
  `);
  assert.equal(killed.signal, 'SIGKILL');
  const work = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from './.bin/support/lock.mjs';
    withLock(() => {
      appendFileSync('trace', '(');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      appendFileSync('trace', ')');
    });
  `;
  await Promise.all([1, 2, 3].map(() => clone.run(work)));
  assert.equal(await readFile(join(clone.path, 'trace'), 'utf8'), '()'.repeat(3));
});
