/** The process group of a test file: its process and whatever that started. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A child that was told to end may need a moment more than its parent. */
const graceMs = 2_000;
const pollMs = 20;

/** Ends every process of the group. */
export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}

/** Commands that still run in the group after a moment of grace; known on Linux only. */
export async function leftovers(group: number): Promise<readonly string[]> {
  const deadlineMs = performance.now() + graceMs;
  for (;;) {
    const found = living(group);
    if (found.length === 0 || performance.now() > deadlineMs) return found;
    await delay(pollMs);
  }
}

function living(group: number): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const status = statusOf(name);
    return status?.group === group && status.state !== 'Z' ? [status.command] : [];
  });
}

interface ProcessStatus {
  readonly command: string;
  readonly state: string;
  readonly group: number;
}

/** From proc(5), `stat`: id, (command), state, parent, group. Undefined when it has just ended. */
function statusOf(processId: string): ProcessStatus | undefined {
  try {
    const fields = /^\d+ \((.*)\) (\w) \d+ (\d+)/s.exec(
      readFileSync(`/proc/${processId}/stat`, 'utf8'),
    );
    if (fields === null) return undefined;
    return { command: fields[1] ?? '', state: fields[2] ?? '', group: Number(fields[3]) };
  } catch {
    return undefined;
  }
}
