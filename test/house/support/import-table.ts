/**
 * Who may import whom inside the rooms; between rooms the compiler decides (the references in each
 * tsconfig.json). A part is the longest row that a path starts with. A part always sees itself;
 * `of` names what else it may import, `types` what it may name in types only.
 */
export interface Row {
  readonly part: string;
  readonly of: readonly string[];
  readonly types?: readonly string[];
}

/** What any part may import: the contracts at the bottom. */
const base = [
  'shared/assert.ts',
  'shared/equal-bytes.ts',
  'shared/errors',
  'shared/limits.ts',
  'shared/secret-bytes.ts',
];

export const importTable: readonly Row[] = [
  // shared: agreements, from bytes up.
  { part: 'shared/assert.ts', of: [] },
  { part: 'shared/equal-bytes.ts', of: [] },
  { part: 'shared/secret-bytes.ts', of: [] },
  { part: 'shared/ids.ts', of: base },
  { part: 'shared/limits.ts', of: ['shared/assert.ts'] },
  { part: 'shared/errors', of: ['shared/assert.ts'] },
  { part: 'shared/encoding', of: base },
  { part: 'shared/units', of: base },
  { part: 'shared/json', of: [...base, 'shared/encoding', 'shared/path'] },
  { part: 'shared/path', of: [...base, 'shared/encoding'] },
  { part: 'shared/share', of: [...base, 'shared/encoding'] },
  { part: 'shared/api', of: [...base, 'shared/json', 'shared/path', 'shared/units'] },
  {
    part: 'shared/policy',
    of: [...base, 'shared/encoding', 'shared/json', 'shared/path', 'shared/units'],
  },
  {
    part: 'shared/audit',
    of: [...base, 'shared/encoding', 'shared/json', 'shared/units'],
    types: ['shared/api'],
  },
  {
    part: 'shared/control',
    of: [...base, 'shared/encoding', 'shared/json', 'shared/path', 'shared/units'],
    types: ['shared/api'],
  },

  // src: ports at the bottom, the pipeline on top.
  { part: 'src/limits.ts', of: ['shared'] },
  { part: 'src/ports', of: ['shared'], types: ['src/raft/types.ts'] },
  { part: 'src/crypto', of: ['shared'] },
  { part: 'src/raft', of: ['shared'] },
  { part: 'src/link', of: ['shared', 'src/limits.ts'], types: ['src/ports', 'src/raft'] },
  {
    part: 'src/replica',
    of: ['shared', 'src/limits.ts', 'src/link', 'src/ports', 'src/raft', 'src/store'],
  },
  {
    part: 'src/store',
    of: ['shared', 'src/limits.ts', 'src/ports'],
    types: ['src/barrier'],
  },
  { part: 'src/barrier', of: ['shared', 'src/crypto', 'src/limits.ts', 'src/ports'] },
  {
    part: 'src/seal',
    of: ['shared', 'src/barrier', 'src/crypto', 'src/limits.ts', 'src/ports'],
  },
  {
    part: 'src/engines',
    of: ['shared', 'src/limits.ts', 'src/store/at-once.ts'],
    types: ['src/store'],
  },
  {
    part: 'src/audit',
    of: ['shared', 'src/crypto', 'src/limits.ts', 'src/ports', 'src/store/recent.ts'],
  },
  { part: 'src/namespaces', of: ['shared', 'src/limits.ts', 'src/ports', 'src/store'] },
  {
    part: 'src/tokens',
    of: ['shared', 'src/crypto', 'src/limits.ts', 'src/namespaces', 'src/ports', 'src/store'],
    types: ['src/barrier'],
  },
  {
    part: 'src/policies',
    of: ['shared', 'src/limits.ts', 'src/namespaces', 'src/ports', 'src/store', 'src/tokens'],
  },
  { part: 'src/core', of: ['shared', 'src'] },

  // agent: adapters of ports; only the composition roots see all of them.
  { part: 'agent/main.ts', of: ['shared', 'src', 'agent'] },
  { part: 'agent/start.ts', of: ['shared', 'src', 'agent'] },
  { part: 'agent', of: ['shared', 'src', 'agent'] },
  // Bytes, sockets and where messages end: it knows no request.
  { part: 'agent/http/connection', of: ['shared', 'agent/http/limits.ts'] },
  {
    part: 'agent/lifetime',
    of: ['shared', 'src/limits.ts', 'agent/repeat.ts'],
    types: ['src/ports'],
  },
  // The main thread has the store and no key: it does not even load what could use one.
  {
    part: 'agent/process',
    of: [
      'shared',
      'src/limits.ts',
      'src/ports',
      'src/store',
      'agent/audit/recorded-revision.ts',
      'agent/config',
      'agent/lifetime',
      'agent/limits.ts',
      'agent/replica',
      'agent/repeat.ts',
      'agent/service',
      'agent/telemetry/log.ts',
      'agent/telemetry/loop-delay.ts',
      'agent/threads',
    ],
  },
  {
    part: 'agent/replica',
    of: [
      'shared',
      'src/limits.ts',
      'src/ports',
      'src/store',
      'agent/limits.ts',
      'agent/repeat.ts',
      'agent/replace-file.ts',
      'agent/system-error.ts',
    ],
  },
  {
    part: 'agent/threads',
    of: ['shared', 'src/limits.ts', 'src/ports', 'src/store', 'agent/limits.ts'],
    types: ['agent/config', 'agent/telemetry/log.ts'],
  },
  // The request plane reaches the store through agent/threads, never directly.
  {
    part: 'agent/runtime',
    of: [
      'shared',
      'src',
      'agent/alarms',
      'agent/audit',
      'agent/config',
      'agent/control',
      'agent/http',
      'agent/lifetime',
      'agent/limits.ts',
      'agent/repeat.ts',
      'agent/seal',
      'agent/serving',
      'agent/telemetry',
      'agent/threads',
      'agent/tls',
    ],
  },
  // Between request threads: neither side's composition is seen from here.
  {
    part: 'agent/serving',
    of: [
      'shared',
      'src/audit',
      'agent/control/connection-binding.ts',
      'agent/control/handshake.ts',
      'agent/http',
      'agent/limits.ts',
      'agent/repeat.ts',
      'agent/threads',
    ],
    types: ['src/barrier', 'src/core', 'src/crypto', 'src/ports', 'agent/tls'],
  },
  { part: 'agent/seal', of: ['shared', 'src/crypto'], types: ['src/ports'] },

  // console: it knows the wire, not the agent.
  { part: 'console', of: ['shared', 'console'] },
  // Its terminal program: pictures know nothing of what they show, meaning knows no picture.
  {
    part: 'console/tui/keys',
    of: ['shared', 'console/limits.ts'],
    types: ['console/tui/terminal/safe-text.ts'],
  },
  { part: 'console/tui/terminal', of: ['shared', 'console/limits.ts', 'console/tui/keys'] },
  {
    part: 'console/tui/components',
    of: ['shared', 'console/limits.ts', 'console/tui/keys', 'console/tui/terminal'],
  },
  {
    part: 'console/tui/model',
    of: [
      'shared',
      'console/client/members.ts',
      'console/limits.ts',
      // What is being typed is part of the model; how it is drawn is not.
      'console/tui/components/diff.ts',
      'console/tui/components/editor-state.ts',
      'console/tui/components/form-state.ts',
      'console/tui/keys',
      'console/tui/terminal',
    ],
    types: ['console/client', 'console/tui/components/editor-lines.ts'],
  },
  {
    part: 'console/tui/screens',
    of: ['shared', 'console/client/members.ts', 'console/limits.ts', 'console/tui'],
    types: ['console/client'],
  },
  // Secrets are read apart from the program that shows everything else.
  { part: 'console/keys', of: ['shared', 'console/client/small-file.ts'] },
  {
    part: 'console/secret-entry',
    of: ['shared', 'console/cli/output/safe-text.ts', 'console/keys'],
  },
];

/** Programs: started, never imported. */
export const programs: readonly string[] = [
  'agent/main.ts',
  'agent/runtime/request-program.ts',
  'agent/start.ts',
  'agent/telemetry/host-sampler-child.ts',
  'console/cli/main.ts',
  'console/client/audit-verify-worker.ts',
  'console/client/control-worker.ts',
  'console/dashboard/main.ts',
  'console/secret-entry/main.ts',
  'console/tour/main.ts',
  'test/bench/console.ts',
  'test/bench/punctuality/bare-meter.ts',
  'test/bench/punctuality/metered-agent.ts',
  'test/bench/punctuality/metered-request-program.ts',
  'test/bench/load/own-loader-worker.ts',
  'test/bench/overload/open-loop-worker.ts',
  'test/bench/main.ts',
  'test/bench/overload/main.ts',
  'test/bench/raft.ts',
  'test/e2e/systemd/main.ts',
  'test/simulation/museum/edit-hook.ts',
  'test/simulation/museum/main.ts',
  'test/simulation/museum/worlds.ts',
  'test/simulation/run/main.ts',
  'test/simulation/run/tight-limits.ts',
  'test/simulation/run/worker.ts',
  'test/support/run-tests.ts',
];
