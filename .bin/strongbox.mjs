#!/usr/bin/env node
// The command line. Runs on the Node that starts it, or hands over to the bundled Node 24.
import { runProduct } from './support/product.mjs';

await runProduct({ program: ['console', 'cli', 'main.js'], flags: [] });
