/** `strongbox-agent`: what its words ask for. The composition itself is in agent/runtime. */
import { join } from 'node:path';
import { StrongBoxError } from '../shared/errors/failure.ts';
import { type AgentCommand, agentUsage, parseAgentArguments } from './config/arguments.ts';
import { devConfig } from './config/dev-config.ts';
import { loadConfig } from './config/load-config.ts';
import { runAgent } from './process/program.ts';
import { productFolder, productVersion } from './runtime/product.ts';
import { installService, type ServiceRequest, uninstallService } from './service/install.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(command: AgentCommand): Promise<void> {
  switch (command.kind) {
    case 'help':
      return print(agentUsage.trimEnd());
    case 'version':
      return print(`strongbox-agent ${productVersion}`);
    case 'check-config':
      loadConfig(command.config);
      return print(`${command.config}: all right`);
    case 'service':
      return service(command.action, command.root);
    case 'dev':
      return runAgent({ config: devConfig(command.options), dev: command.options });
    case 'run': {
      const reread = () => loadConfig(command.config);
      return runAgent({ config: reread(), reread });
    }
  }
}

function service(action: 'install' | 'uninstall', root: string | undefined): void {
  const request: ServiceRequest = {
    root,
    isRoot: process.geteuid?.() === 0,
    templates: join(productFolder, 'agent', 'deploy'),
    paths: {
      node: process.execPath,
      flags: process.execArgv,
      main: import.meta.filename,
    },
    say: print,
  };
  if (action === 'install') installService(request);
  else uninstallService(request);
}

async function main(): Promise<void> {
  try {
    await run(parseAgentArguments(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    process.stderr.write(`strongbox-agent: ${error.message} [${error.code}]\n`);
    // At once: an orderly end closes the database of a store that was refused, which alters it.
    process.exit(error.exit);
  }
}

await main();
