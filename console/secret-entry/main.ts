/**
 * The program that reads and shows secrets, a child of the console without its memory or its
 * screen. It takes one job over file descriptor 3 (protocol.ts), does it at /dev/tty, and ends.
 */
import { runProgram } from './program.ts';

await runProgram();
