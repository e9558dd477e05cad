/**
 * The guided tour: what `npm start` does without a terminal. It starts a real agent in a folder of
 * its own and walks through a day with it, using the real command line, checking every step.
 * Exits 0 when every check held; 1 with the failed one named. Nothing it started outlives it.
 */
import { killRunning, startAgent, stopAgent, type TourAgent } from './programs.ts';
import { CheckFailed, TourScript } from './script.ts';
import { auditSteps } from './steps-audit.ts';
import { beginSteps } from './steps-begin.ts';
import { policySteps } from './steps-policy.ts';
import { sealSteps } from './steps-seal.ts';
import { secretSteps } from './steps-secrets.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

async function tour(workspace: Workspace): Promise<void> {
  const script = new TourScript(workspace, (text) => process.stdout.write(text));
  process.stdout.write(`StrongBox guided tour, in ${workspace.folder}\n`);
  script.step('Start an agent');
  const agent: TourAgent = { process: await startAgent(workspace) };
  try {
    const ceremony = await beginSteps(script, workspace);
    const root = ceremony.rootToken;
    await secretSteps(script, root);
    await policySteps(script, root);
    await sealSteps(script, workspace, agent, ceremony);
    await auditSteps(script, workspace, agent);
    process.stdout.write(
      `\nThe tour is over: ${script.steps} steps, ${script.checks} checks, all held.\n`,
    );
  } finally {
    await stopAgent(agent.process);
  }
}

function breakOff(): never {
  process.stdout.write('\nThe tour was broken off; nothing of it is left.\n');
  process.exit(1);
}

async function main(): Promise<void> {
  const workspace = await makeWorkspace();
  process.once('exit', () => {
    killRunning();
    workspace.remove();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, breakOff);
  }
  try {
    await tour(workspace);
  } catch (error) {
    process.exitCode = 1;
    const story = error instanceof CheckFailed ? error.message : String(error);
    process.stdout.write(`\nThe tour FAILED: ${story}\n`);
  }
}

await main();
