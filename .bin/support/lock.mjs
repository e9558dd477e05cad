// One bootstrap at a time: two `npm ci` in the same folder destroy each other's work. The lock is a
// file that names its holder; one left behind by a killed process is broken by whoever finds it.
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pid } from 'node:process';
import { root } from './root.mjs';
import { Problem, say } from './say.mjs';

const path = join(root, '.build', 'bootstrap.lock');
const pollMs = 200;
/** The longest bootstrap seen took three minutes; a holder that needs more is stuck. */
const waitMsMax = 900_000;

/** Runs `work` while no other process runs its own; returns what it returns. */
export function withLock(work) {
  mkdirSync(dirname(path), { recursive: true });
  acquire();
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function acquire() {
  const deadlineMs = Date.now() + waitMsMax;
  let told = false;
  while (!tryAcquire()) {
    const holder = readHolder();
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      breakStale(holder);
      continue;
    }
    if (!told) say(`process ${holder} is preparing this folder; waiting for it`);
    told = true;
    if (Date.now() > deadlineMs) {
      throw new Problem(`process ${holder} holds ${path} for too long; end it and try again`);
    }
    sleep(pollMs);
  }
}

/** Written aside and linked into place, so that nobody ever reads a lock without its holder. */
function tryAcquire() {
  const draft = `${path}.${pid}`;
  writeFileSync(draft, String(pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** The holder's process id; undefined when the lock has just gone. */
function readHolder() {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Only one of several finders can move the file away; who moved a newer lock puts it back. */
function breakStale(holder) {
  const aside = `${path}.stale.${pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const isStale = Number(readFileSync(aside, 'utf8')) === holder;
  if (!isStale && !existsSync(path)) renameSync(aside, path);
  rmSync(aside, { force: true });
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
