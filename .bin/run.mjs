// What stands behind the npm scripts: `node .bin/run.mjs COMMAND [argument…]`. This first file is
// plain enough for any Node, so that an old one gets a sentence and no stack.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`strongbox: needs Node 20 or later to start; this is ${process.versions.node}`);
  process.exitCode = 1;
} else {
  void import('./commands.mjs').then((module) => module.main(process.argv.slice(2)));
}
