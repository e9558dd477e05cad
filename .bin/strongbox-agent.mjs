#!/usr/bin/env node
// The daemon. Always a fresh process: its flags must stand in argv, where no environment can take
// them away (architecture, section 2). agent/deploy names the same ones in the systemd unit.
import { agentEnvironment, agentFlags, agentProgram, runProduct } from './support/product.mjs';

await runProduct({
  path: agentProgram('main'),
  flags: agentFlags,
  environment: agentEnvironment,
});
