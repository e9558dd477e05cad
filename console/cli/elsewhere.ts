/**
 * Commands of `vault` and `bao` that are not here, and where what they do is to be found: hands
 * know them by heart, and "there is no such command" would send them to a search engine.
 */
const notYet = 'this version cannot do that yet';
const configured = 'audit devices stand under `audit` of agent.yaml, and SIGHUP does not add any';

export const elsewhere: ReadonlyMap<string, string> = new Map([
  ['agent', notYet],
  ['audit disable', configured],
  ['audit enable', configured],
  ['audit list', '`strongbox read sys/audit` lists them'],
  ['auth', 'this version knows tokens alone'],
  ['kv enable-versioning', notYet],
  ['lease', notYet],
  ['namespace', notYet],
  ['operator members', '`strongbox console --view cluster --once` shows the agents'],
  ['operator raft', 'this version runs one agent; the README says how it is backed up'],
  ['operator rekey', 'this version cannot make new shares yet'],
  ['operator step-down', '`strongbox write --force sys/step-down`'],
  ['path-help', notYet],
  ['plugin', 'engines are part of the agent'],
  ['print', '`strongbox token lookup --field id` prints the token'],
  ['secrets move', notYet],
  ['server', 'the agent is `strongbox-agent --config FILE`, or --dev for trying things out'],
  ['ssh', notYet],
  ['transit', notYet],
  ['unwrap', notYet],
]);
