/**
 * The unit on a real systemd: readiness, reload, watchdog, socket and folder modes, privileges and
 * the score of `systemd-analyze security`, each beside what must be seen. `npm run systemd` boots
 * one in namespaces of its own (boot.sh) and says there what it cannot do; it needs root and the
 * right to mount, which is why it is a campaign and no test.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../../support/agent-process.ts';

/** What a run must say of each. */
const expected: ReadonlyMap<string, RegExp> = new Map([
  ['start', /^0$/],
  ['state', /^notify active sealed$/],
  ['health', /^501$/],
  ['socket', /^660 strongbox:strongbox$/],
  ['found', /^unix:\/\/\/run\/strongbox\/strongbox\.sock$/],
  ['stranger', /^000$/],
  ['privileges', /^(?=.*NoNewPrivs:1)(?=.*Seccomp:2)(?=.*CapEff:0+\b)(?=.*CapBnd:0+\b)/],
  ['root', /^no$/],
  ['folders', /^700 700 700$/],
  ['core', /^0 0$/],
  ['exposure', /^(?:0\.\d|1\.[0-5])$/],
  ['reload', /^0 active$/],
  ['fed', /^0 active$/],
  ['blocked', /^1 active 501$/],
  ['stop', /^0 success inactive$/],
]);
const timeoutMs = 240_000;

function play(folder: string): string {
  const said = join(folder, 'said');
  const root = join(folder, 'root');
  mkdirSync(said);
  mkdirSync(root);
  const script = join(folder, 'trial.sh');
  const text = readFileSync(join(import.meta.dirname, 'trial.sh'), 'utf8');
  const node = process.execPath;
  writeFileSync(script, text.replaceAll('@NODE@', node).replaceAll('@PROJECT@', repositoryFolder));
  const boot = join(import.meta.dirname, 'boot.sh');
  const { stderr } = spawnSync('bash', [boot, root, repositoryFolder, script], {
    env: { ...process.env, SAID: said },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  try {
    return readFileSync(join(said, 'trial'), 'utf8');
  } catch {
    throw new Error(`systemd did not boot, or not so far: ${stderr.trim()}`);
  }
}

function judge(said: string): boolean {
  const seen = new Map(
    Array.from(said.matchAll(/^(\w+): (.*)$/gm), ([, a = '', b = '']) => [a, b]),
  );
  let good = true;
  for (const [name, wanted] of expected) {
    const text = seen.get(name)?.trim();
    const holds = text !== undefined && wanted.test(text);
    good &&= holds;
    process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(11)} ${text ?? 'nothing'}\n`);
  }
  return good;
}

const folder = mkdtempSync(join(tmpdir(), 'strongbox-systemd-'));
try {
  const said = play(folder);
  const good = judge(said);
  if (!good) process.stdout.write(`\n${said}`);
  process.exitCode = good ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
