import type { Command, FlagSpecs } from './command.ts';
import { connectionFlags, outputFlags } from './common-flags.ts';

/** All flags of a command, its own first. */
export function flagsOf(command: Command): FlagSpecs {
  const connection = command.online === false ? {} : connectionFlags;
  return { ...command.flags, ...outputFlags, ...connection };
}
