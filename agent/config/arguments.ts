/**
 * The words of `strongbox-agent`. Vault's and OpenBao's `-dev…` flags work with one dash or two,
 * because third-party test suites start a server with them.
 */
import { parseArgs } from 'node:util';
import { failure } from '../../shared/errors/failure.ts';
import { systemErrorCode } from '../system-error.ts';
import type { DevOptions } from './dev-config.ts';

export type AgentCommand =
  | { readonly kind: 'run'; readonly config: string }
  | { readonly kind: 'check-config'; readonly config: string }
  | { readonly kind: 'dev'; readonly options: DevOptions }
  | {
      readonly kind: 'service';
      readonly action: 'install' | 'uninstall';
      readonly root: string | undefined;
    }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' };

export const agentUsage = `Usage: strongbox-agent --config FILE [--check-config]
       strongbox-agent --dev [--dev-root-token-id TOKEN] [--dev-listen-address HOST:PORT]
                       [--dev-kv-v1]
       strongbox-agent service install|uninstall [--root FOLDER]
       strongbox-agent --version | --help

  --config FILE          run as FILE says (YAML; see the README)
  --check-config         check FILE, say what is wrong with it, and run nothing
  --dev                  run in memory, in plain HTTP on loopback, unsealed, with KV v2 at secret/:
                         for trying things out; everything is gone when it ends
  service install        put a hardened systemd unit and an example configuration in place
  service uninstall      take the unit away; data, log and configuration stay
  --root FOLDER          with service: a folder that stands for /, to look first
`;

const devListenDefault = '127.0.0.1:8200';

/** Throws `agent.arguments` with what is wrong, in words that quote nothing but flags. */
export function parseAgentArguments(words: readonly string[]): AgentCommand {
  const { values, positionals } = parse(words.map(twoDashes));
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  if (positionals.length > 0) return serviceCommand(positionals, values);
  if (values.root !== undefined) throw refused('--root goes with service');
  if (values.dev === true) return { kind: 'dev', options: devOptions(values) };
  if (hasDevFlag(values)) throw refused('the --dev- flags go with --dev');
  if (values.config === undefined) throw refused('--config FILE or --dev is needed');
  const kind = values['check-config'] === true ? 'check-config' : 'run';
  return { kind, config: values.config };
}

interface Values {
  readonly config?: string;
  readonly dev?: boolean;
  readonly root?: string;
  readonly help?: boolean;
  readonly version?: boolean;
  readonly 'check-config'?: boolean;
  readonly 'dev-root-token-id'?: string;
  readonly 'dev-listen-address'?: string;
  readonly 'dev-kv-v1'?: boolean;
}

function parse(words: readonly string[]): { values: Values; positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        dev: { type: 'boolean' },
        root: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
        'check-config': { type: 'boolean' },
        'dev-root-token-id': { type: 'string' },
        'dev-listen-address': { type: 'string' },
        'dev-kv-v1': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw failure('agent.arguments', { problem: problemOf(error) }, error);
  }
}

/** A word that would be ignored is a mistake of the one who wrote it. */
function hasDevFlag(values: Values): boolean {
  return Object.keys(values).some((name) => name === 'dev' || name.startsWith('dev-'));
}

function hasConfigFlag(values: Values): boolean {
  return values.config !== undefined || values['check-config'] === true;
}

function devOptions(values: Values): DevOptions {
  if (hasConfigFlag(values)) {
    throw refused('--dev takes no configuration: it runs in memory and keeps nothing');
  }
  const address = values['dev-listen-address'] ?? devListenDefault;
  const [, host, digits] = /^(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(address) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw refused('--dev-listen-address takes HOST:PORT, such as 127.0.0.1:8200');
  }
  return {
    host: host.replaceAll(/[[\]]/g, ''),
    port,
    rootTokenId: values['dev-root-token-id'],
    kvVersion: values['dev-kv-v1'] === true ? 1 : 2,
  };
}

function serviceCommand(positionals: readonly string[], values: Values): AgentCommand {
  const [command, action] = positionals;
  if (hasDevFlag(values) || hasConfigFlag(values)) throw refused('service takes only --root');
  const known = positionals.length === 2 && command === 'service';
  if (known && (action === 'install' || action === 'uninstall')) {
    return { kind: 'service', action, root: values.root };
  }
  throw refused('the only command is: service install|uninstall');
}

/** `-dev` means `--dev`; single letters (`-h`) stay. */
function twoDashes(word: string): string {
  return /^-[a-z][a-z-]+/.test(word) ? `-${word}` : word;
}

function refused(problem: string): Error {
  return failure('agent.arguments', { problem });
}

/** Which of util.parseArgs' errors it is, without the word that it quotes. */
function problemOf(error: unknown): string {
  if (systemErrorCode(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return 'there is an unknown flag';
  return 'a flag has a value that it does not take, or lacks one';
}
