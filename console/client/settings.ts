/**
 * Settings from the environment. Each has its own name and, for scripts that were written for
 * Vault, Vault's: `STRONGBOX_X`, else `VAULT_X`. One that is set but empty still wins, so that a
 * script can switch off what its surroundings set.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names of the settings without their prefix. */
export type SettingName =
  | 'ADDR'
  | 'SOCKET'
  | 'TOKEN'
  | 'TOKEN_PATH'
  | 'NAMESPACE'
  | 'CACERT'
  | 'CAPATH'
  | 'CLIENT_CERT'
  | 'CLIENT_KEY'
  | 'TLS_SERVER_NAME'
  | 'SKIP_VERIFY'
  | 'CLIENT_TIMEOUT'
  | 'MAX_RETRIES'
  | 'FORMAT';

export interface Setting {
  /** Not empty. */
  readonly value: string;
  /** The variable it came from: what an error names. */
  readonly variable: string;
}

/** The value of a setting, or undefined when it is nowhere set, or set to nothing. */
export function readSetting(environment: Environment, name: SettingName): Setting | undefined {
  for (const variable of [`STRONGBOX_${name}`, `VAULT_${name}`]) {
    const value = environment[variable];
    if (value !== undefined) return value === '' ? undefined : { value, variable };
  }
  return undefined;
}
