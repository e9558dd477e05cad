/** `strongbox`: the command line. Everything it does is in run.ts; here it meets the process. */
import { homedir } from 'node:os';
import { reportError } from './report.ts';
import { runCommandLine } from './run.ts';

// A fault outside of any command must not end in Node's own report, which prints what it finds.
process.on('uncaughtException', (error) => process.exit(reportError(error, process.stderr)));
process.stdout.on('error', leaveQuietly);
process.stderr.on('error', leaveQuietly);

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  home: homedir(),
  folder: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});

/** Whoever read the output has closed it (`| head`): there is nobody left to tell. */
function leaveQuietly(): void {
  process.exit();
}
