/**
 * Ink as the console runs it: alternate screen, only changed lines written, no console patching
 * (such lines are lost on exit), Ctrl-C a key like others. `interactive` is said outright: Ink
 * takes any `CI` in the environment, even an empty one, for a reason to draw nothing.
 */
import { render, type Instance } from 'ink';
import type { ReactNode } from 'react';
import { assert } from '../../../shared/assert.ts';
import { TerminalInput } from './input-wrapper.ts';
import type { Guard } from './restore.ts';
import { cleanScreenOutput } from './stdout-proxy.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Unmounts Ink before it resets the terminal. */
  readonly guard: Guard;
}

export interface StartedInk {
  readonly instance: Instance;
  readonly input: TerminalInput;
}

const framesPerSecondMax = 30;

/** Draws the tree that `build` makes for this input. Both ends must be terminals. */
export function startInk(
  { stdin, stdout, guard }: Streams,
  build: (input: TerminalInput) => ReactNode,
): StartedInk {
  assert(stdin.isTTY && stdout.isTTY, 'the console is started on a terminal only');
  const input = new TerminalInput(stdin);
  const output = cleanScreenOutput(stdout);
  const instance = render(build(input), {
    stdin: input as unknown as NodeJS.ReadStream,
    stdout: output,
    stderr: output,
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    maxFps: framesPerSecondMax,
    kittyKeyboard: { mode: 'auto' },
  });
  guard.unmountFirst(() => instance.unmount());
  return { instance, input };
}
