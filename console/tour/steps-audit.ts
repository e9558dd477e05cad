/** The audit log: verified, and a tampered copy of which the bad record is named. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stopAgent, type TourAgent } from './programs.ts';
import { CheckFailed, type TourScript } from './script.ts';
import type { Workspace } from './workspace.ts';

export async function auditSteps(
  script: TourScript,
  workspace: Workspace,
  agent: TourAgent,
): Promise<void> {
  script.step('Verify the audit log');
  script.check((await stopAgent(agent.process)) === 0, 'the agent stopped and closed its log');
  const whole = await script.run(['audit', 'verify', workspace.auditFile]);
  script.say(whole.stdout.trim());
  script.check(true, 'every record is chained to the one before it and signed for');

  script.step('Tamper with a copy');
  const copy = join(workspace.folder, 'tampered.log');
  await copyFile(workspace.auditFile, copy);
  const record = await editOneRecord(copy);
  script.say(`one letter of record ${record} was changed in a copy of the log`);
  const broken = await script.run(['audit', 'verify', copy], { status: 3 });
  script.say(broken.stdout.trim());
  script.check(
    broken.stdout.includes(`record ${record}`) || broken.stdout.includes(`record ${record + 1} `),
    'verification fails (exit 3) and names the place',
  );
}

/** Changes one letter of a path in the middle of the log; returns the index of that record. */
async function editOneRecord(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const target = lines.findIndex(
    (line, place) => place > lines.length / 3 && line.includes('secret/data/app/database'),
  );
  const line = lines[target];
  const index = Number(/^\{"index":(\d+)/.exec(line ?? '')?.[1]);
  if (line === undefined || Number.isNaN(index)) {
    throw new CheckFailed('the log has no such record');
  }
  lines[target] = line.replace('secret/data/app/database', 'secret/data/app/databose');
  await writeFile(file, lines.join('\n'));
  return index;
}
