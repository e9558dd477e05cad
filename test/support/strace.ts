/** Programs whose system calls on a file are tampered with: killed, failed or delayed by strace. */
import { works } from './small-disk.ts';

/** Why a test has to be skipped, or false. */
export const noTrace = works('strace', '-qq', '-o', '/dev/null', 'true')
  ? false
  : 'needs strace and the right to trace';

/** Calls are counted by thread: with one thread for files the count is exact. */
export const oneFileThread: NodeJS.ProcessEnv = { UV_THREADPOOL_SIZE: '1' };

/** Starts a program with what strace is to do. The program itself is the child, and not strace. */
export function underStrace(words: readonly string[], output = '/dev/null'): readonly string[] {
  return ['strace', '-D', '-f', '-qq', '-o', output, ...words];
}

/** Starts a program whose calls on one file get a fault, as in `error=EIO:when=3`. */
export function underFault(file: string, calls: string, fault: string): readonly string[] {
  return underStrace(['-P', file, '-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}`]);
}
