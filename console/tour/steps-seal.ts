/** Seal, restart, and the data still there. */
import { startAgent, stopAgent, type TourAgent } from './programs.ts';
import { at, type TourScript } from './script.ts';
import type { Ceremony } from './steps-begin.ts';
import type { Workspace } from './workspace.ts';

export async function sealSteps(
  script: TourScript,
  workspace: Workspace,
  agent: TourAgent,
  ceremony: Ceremony,
): Promise<void> {
  const token = ceremony.rootToken;
  script.step('Seal');
  await script.run(['operator', 'seal'], { token });
  await script.run(['kv', 'get', 'secret/app/database'], { token, status: 2 });
  script.check(true, 'a sealed agent reads nothing, whoever asks');

  script.step('Restart: the data is still there');
  script.check((await stopAgent(agent.process)) === 0, 'the agent stopped in order (exit 0)');
  agent.process = await startAgent(workspace);
  const status = await script.json(['status'], { status: 2 });
  script.check(at(status, 'sealed') === true, 'after a restart it is sealed');
  for (const [index, share] of ceremony.shares.slice(1).entries()) {
    await script.run(['operator', 'unseal'], { stdin: share, note: `share-${index + 2}` });
  }
  const read = await script.json(['kv', 'get', 'secret/app/database'], { token });
  script.check(
    at(read, 'data', 'data', 'password') === 'battery staple',
    'unsealed by another pair of shares, it reads the newest password',
  );
}
