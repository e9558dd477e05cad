import type { Command } from './command.ts';

/**
 * The index of commands: names and summaries only. A command's own file is loaded when it is
 * called, so that `--help` and completion start fast. A verb that is not here does not exist.
 */
export interface CommandEntry {
  /** As typed: `kv metadata put`. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const commandEntries: readonly CommandEntry[] = [
  {
    name: 'status',
    summary: 'Show whether the agent is sealed; exit code 0 unsealed, 2 sealed, 1 error',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'console',
    summary: 'Watch and operate a cluster in the terminal; --once prints a view',
    load: () => import('./commands/console.ts'),
  },
  {
    name: 'login',
    summary: 'Check a token and keep it for the next commands',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'read',
    summary: 'Read any path of the API',
    load: () => import('./commands/read.ts'),
  },
  {
    name: 'write',
    summary: 'Write to any path of the API',
    load: () => import('./commands/write.ts'),
  },
  {
    name: 'patch',
    summary: 'Merge a change into any path of the API',
    load: () => import('./commands/patch.ts'),
  },
  {
    name: 'delete',
    summary: 'Delete any path of the API',
    load: () => import('./commands/delete.ts'),
  },
  {
    name: 'list',
    summary: 'List any path of the API',
    load: () => import('./commands/list.ts'),
  },
  {
    name: 'kv get',
    summary: 'Read a secret',
    load: () => import('./commands/kv/get.ts'),
  },
  {
    name: 'kv put',
    summary: 'Write a secret; with version 2 as its next version',
    load: () => import('./commands/kv/put.ts'),
  },
  {
    name: 'kv patch',
    summary: 'Change some values of a secret',
    load: () => import('./commands/kv/patch.ts'),
  },
  {
    name: 'kv list',
    summary: 'List the secrets in a folder',
    load: () => import('./commands/kv/list.ts'),
  },
  {
    name: 'kv delete',
    summary: 'Delete versions of a secret; undelete brings them back',
    load: () => import('./commands/kv/delete.ts'),
  },
  {
    name: 'kv undelete',
    summary: 'Bring back deleted versions of a secret',
    load: () => import('./commands/kv/undelete.ts'),
  },
  {
    name: 'kv destroy',
    summary: 'Remove the data of versions for good',
    load: () => import('./commands/kv/destroy.ts'),
  },
  {
    name: 'kv rollback',
    summary: 'Write an older version again, as the newest',
    load: () => import('./commands/kv/rollback.ts'),
  },
  {
    name: 'kv history',
    summary: 'Show the versions of a secret and what became of them',
    load: () => import('./commands/kv/history.ts'),
  },
  {
    name: 'kv metadata get',
    summary: 'Read the settings and versions of a secret',
    load: () => import('./commands/kv/metadata-get.ts'),
  },
  {
    name: 'kv metadata put',
    summary: 'Set settings of a secret; custom metadata as a whole',
    load: () => import('./commands/kv/metadata-put.ts'),
  },
  {
    name: 'kv metadata patch',
    summary: 'Change settings of a secret; custom metadata name by name',
    load: () => import('./commands/kv/metadata-patch.ts'),
  },
  {
    name: 'kv metadata delete',
    summary: 'Remove a secret with all its versions for good',
    load: () => import('./commands/kv/metadata-delete.ts'),
  },
  {
    name: 'secrets enable',
    summary: 'Mount a secrets engine',
    load: () => import('./commands/secrets/enable.ts'),
  },
  {
    name: 'secrets disable',
    summary: 'Unmount a secrets engine and remove all its data',
    load: () => import('./commands/secrets/disable.ts'),
  },
  {
    name: 'secrets list',
    summary: 'List the mounted secrets engines',
    load: () => import('./commands/secrets/list.ts'),
  },
  {
    name: 'secrets tune',
    summary: 'Change settings of a mount',
    load: () => import('./commands/secrets/tune.ts'),
  },
  {
    name: 'policy list',
    summary: 'List the policies',
    load: () => import('./commands/policy/list.ts'),
  },
  {
    name: 'policy read',
    summary: 'Print a policy',
    load: () => import('./commands/policy/read.ts'),
  },
  {
    name: 'policy write',
    summary: 'Check a policy and write it',
    load: () => import('./commands/policy/write.ts'),
  },
  {
    name: 'policy delete',
    summary: 'Delete a policy',
    load: () => import('./commands/policy/delete.ts'),
  },
  {
    name: 'policy fmt',
    summary: 'Rewrite a policy file in its canonical form',
    load: () => import('./commands/policy/fmt.ts'),
  },
  {
    name: 'policy test',
    summary: 'Say what a policy file decides, and by which rule, without a server',
    load: () => import('./commands/policy/test.ts'),
  },
  {
    name: 'token create',
    summary: 'Make a token',
    load: () => import('./commands/token/create.ts'),
  },
  {
    name: 'token lookup',
    summary: 'Show what is known of a token',
    load: () => import('./commands/token/lookup.ts'),
  },
  {
    name: 'token renew',
    summary: 'Lengthen the life of a token',
    load: () => import('./commands/token/renew.ts'),
  },
  {
    name: 'token revoke',
    summary: 'End a token and its descendants',
    load: () => import('./commands/token/revoke.ts'),
  },
  {
    name: 'token capabilities',
    summary: 'Show what a token may do on paths',
    load: () => import('./commands/token/capabilities.ts'),
  },
  {
    name: 'operator init',
    summary: 'Make the key, its shares and the first root token',
    load: () => import('./commands/operator/init.ts'),
  },
  {
    name: 'operator unseal',
    summary: 'Enter one share',
    load: () => import('./commands/operator/unseal.ts'),
  },
  {
    name: 'operator ceremony',
    summary: 'Show who has entered which share, or abort the attempt with a reason',
    load: () => import('./commands/operator/ceremony.ts'),
  },
  {
    name: 'operator alarms',
    summary: 'Show what is wrong and what to do; exit code 2 for critical alarms',
    load: () => import('./commands/operator/alarms.ts'),
  },
  {
    name: 'operator seal',
    summary: 'Drop all keys from memory',
    load: () => import('./commands/operator/seal.ts'),
  },
  {
    name: 'operator generate-root',
    summary: 'Make a root token from shares',
    load: () => import('./commands/operator/generate-root.ts'),
  },
  {
    name: 'operator key-status',
    summary: 'Show the term of the key that seals values, and its use',
    load: () => import('./commands/operator/key-status.ts'),
  },
  {
    name: 'operator rotate',
    summary: 'Start a new term of the key that seals values',
    load: () => import('./commands/operator/rotate.ts'),
  },
  {
    name: 'operator keygen',
    summary: 'Make your own keys, in a file that a pass-phrase opens',
    load: () => import('./commands/operator/keygen.ts'),
  },
  {
    name: 'operator register',
    summary: 'Bind a name to the keys of your key file',
    load: () => import('./commands/operator/register.ts'),
  },
  {
    name: 'audit verify',
    summary: 'Check an audit log, of files or of an agent; exit code 3 if it is broken',
    load: () => import('./commands/audit/verify.ts'),
  },
  {
    name: 'audit tail',
    summary: 'Show audit records as they are written',
    load: () => import('./commands/audit/tail.ts'),
  },
  {
    name: 'completion',
    summary: 'Print a completion script for bash or zsh',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'version',
    summary: 'Print the version',
    load: () => import('./commands/version.ts'),
  },
];

/** What the groups of commands are about. */
export const groupSummaries: ReadonlyMap<string, string> = new Map([
  ['', 'StrongBox, a secrets manager: ask an agent, and check its records'],
  ['kv', 'Secrets in key-value engines. Paths begin with the mount, or --mount names it'],
  ['kv metadata', 'Settings and version history of secrets (version 2)'],
  ['secrets', 'Secrets engines and where they are mounted'],
  ['policy', 'Policies: who may do what'],
  ['token', 'Tokens: who asks'],
  ['operator', 'The seal and its keys'],
  ['audit', 'Audit logs'],
]);

/** The command that begins a list of words, and how many words its name has. */
export function findCommand(
  words: readonly string[],
): { readonly entry: CommandEntry; readonly length: number } | undefined {
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ');
    const entry = commandEntries.find((candidate) => candidate.name === name);
    if (entry !== undefined && words.length >= length) return { entry, length };
  }
  return undefined;
}

/** The longest group that begins a list of words; the empty one always does. */
export function findGroup(words: readonly string[]): string {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    if (words.length >= length && groupSummaries.has(name)) return name;
  }
  return '';
}
