import type { Command } from './command.ts';
import type { FlagSpecs } from './flag-specs.ts';
import { connectionFlags, outputFlags } from './common-flags.ts';

/** All flags of a command, its own first. */
export function flagsOf(command: Command): FlagSpecs {
  const connection = command.online === false ? {} : connectionFlags;
  return { ...command.flags, ...outputFlags, ...connection };
}
