/**
 * `npm run bench -- [NAME] [OPTION…]`: runs one of the instruments (`help` lists them), or all. The
 * machine is named first; budgets and verdicts stand beside what the design has budgets for.
 */
import { extname, join } from 'node:path';
import { type BenchCommand, commands, defaultCommand, helpText, runProgram } from './commands.ts';
import { generatorName, useGenerator } from './load/load.ts';
import { describeMachine, thisMachine } from './machine.ts';
import { parseOptions } from './options.ts';

const thisFile = import.meta.filename;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [first = defaultCommand, ...others] = args;
  const named = !first.startsWith('-');
  const name = named ? first : defaultCommand;
  const rest = named ? others : args;
  if (name === 'help' || first === '--help') {
    console.log(helpText());
    return 0;
  }
  if (name === 'all') return runAll(rest);
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    console.error(`there is no bench "${name}"\n\n${helpText()}`);
    return 1;
  }
  return runOne(command, rest);
}

async function runOne({ run }: BenchCommand, args: readonly string[]): Promise<number> {
  if (run.kind === 'program') {
    await printMachine();
    return runProgram(join(import.meta.dirname, run.file + extname(thisFile)), args);
  }
  const options = parseOptions(args);
  if (options.generator !== undefined) useGenerator(options.generator);
  await printMachine(options.folder);
  console.log(`${generatorName()}; ${options.seconds} s a row`);
  await run.bench(options);
  return 0;
}

async function printMachine(folder?: string): Promise<void> {
  const machine = await thisMachine(folder);
  for (const line of describeMachine(machine)) console.log(line);
}

/** Each in a process of its own, so that none is measured on what another left behind. */
async function runAll(args: readonly string[]): Promise<number> {
  const { seconds } = parseOptions(args);
  let failed = 0;
  for (const { name, run } of commands.filter(({ inAll }) => inAll)) {
    console.log(`\n== ${name}`);
    const own = run.kind === 'here' ? args : ['--seconds', String(seconds)];
    const code = await runProgram(thisFile, [name, ...own]);
    if (code !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}
