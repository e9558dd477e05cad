#!/usr/bin/env node
// The command line. Runs on the Node that starts it, or hands over to the bundled Node 24.
import { join } from 'node:path';
import { runProduct } from './support/product.mjs';
import { root } from './support/root.mjs';

await runProduct({ path: join(root, '.build', 'console', 'cli', 'main.js'), flags: [] });
