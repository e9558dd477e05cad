import { failure } from '../../shared/errors/failure.ts';
import { parseDurationSeconds } from '../../shared/units/duration.ts';
import { Client } from '../client/client.ts';
import type { ControlPlace } from '../client/control-dial.ts';
import { type Endpoint, findEndpoint } from '../client/endpoint.ts';
import { type Environment, readSetting } from '../client/settings.ts';
import { readTlsMaterial } from '../client/tls-material.ts';
import { checkToken } from '../client/token.ts';
import { readTokenFile, type StoredToken } from '../client/token-file.ts';
import {
  exchangeTimeoutMsDefault,
  exchangeTimeoutMsMax,
  retriesDefault,
  retriesMax,
} from '../limits.ts';
import type { CommonFlags } from './common-flags.ts';
import { Input } from './input/input.ts';
import { type Format, formatOf } from './output/formats.ts';
import { Printer } from './output/printer.ts';

/** The process as commands see it. */
export interface Surroundings {
  readonly environment: Environment;
  readonly home: string;
  readonly folder: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** What a command works with; connections and files are opened when they are first needed. */
export class Context {
  readonly surroundings: Surroundings;
  readonly printer: Printer;
  readonly format: Format;
  readonly input: Input;
  readonly #flags: CommonFlags;
  readonly #clients: Client[] = [];
  #token: StoredToken | undefined;
  #tokenRead = false;

  constructor(surroundings: Surroundings, flags: CommonFlags) {
    const { environment, stdout, stderr } = surroundings;
    const format = chosenFormat(flags.format, environment);
    this.surroundings = surroundings;
    this.#flags = flags;
    this.format = format;
    this.printer = new Printer({ stdout, stderr, format, field: flags.field });
    this.input = new Input(surroundings);
  }

  get endpoint(): Endpoint {
    const { environment, folder } = this.surroundings;
    return findEndpoint({ environment, folder, address: this.#flags.address });
  }

  /** The caller's own token and where it came from; undefined when there is none. */
  get token(): StoredToken | undefined {
    if (!this.#tokenRead) this.#token = findToken(this.surroundings);
    this.#tokenRead = true;
    return this.#token;
  }

  /** A client with the caller's token. Throws what is wrong with address, files or token. */
  client(): Client {
    return this.clientWith(this.token?.token);
  }

  /** A client with another token, or with none. */
  clientWith(token: string | undefined): Client {
    const { environment } = this.surroundings;
    const flags = this.#flags;
    const { endpoint, tls } = this.place();
    this.#warnOfPlainHttp(endpoint, token);
    const client = new Client({
      endpoint,
      tls,
      token,
      namespace: chosenNamespace(flags.namespace, environment),
      timeoutMs: chosenTimeoutMs(environment),
      retriesMax: chosenRetries(environment),
      onWarning: (warning) => this.printer.warn(warning),
    });
    this.#clients.push(client);
    return client;
  }

  /** Address and trust; of another address than the flags name, with the same files. */
  place(address: string | undefined = this.#flags.address): ControlPlace {
    const { environment, folder } = this.surroundings;
    const flags = this.#flags;
    const endpoint = findEndpoint({ environment, folder, address });
    const tls = readTlsMaterial(
      environment,
      {
        caCert: flags['ca-cert'],
        caPath: flags['ca-path'],
        clientCert: flags['client-cert'],
        clientKey: flags['client-key'],
        tlsServerName: flags['tls-server-name'],
      },
      endpoint,
    );
    return { endpoint, tls };
  }

  /** Closes what was opened, so that the process ends. */
  close(): void {
    for (const client of this.#clients) client.close();
  }

  #warnOfPlainHttp(endpoint: Endpoint, token: string | undefined): void {
    if (endpoint.kind === 'socket' || endpoint.secure || token === undefined) return;
    if (/^(?:localhost|127(?:\.\d+){3}|::1)$/u.test(endpoint.host)) return;
    this.printer.warn('the token crosses the network unencrypted; use an https:// address');
  }
}

function findToken({ environment, home }: Surroundings): StoredToken | undefined {
  for (const variable of ['STRONGBOX_TOKEN', 'VAULT_TOKEN']) {
    const value = environment[variable];
    if (value === undefined) continue;
    return value === '' ? undefined : { token: checkToken(value, variable), source: variable };
  }
  return readTokenFile(environment, home);
}

function chosenFormat(flag: string | undefined, environment: Environment): Format {
  const setting = readSetting(environment, 'FORMAT');
  const name = flag ?? setting?.value ?? 'table';
  const format = formatOf(name);
  if (format !== undefined) return format;
  throw failure('client.setting-invalid', {
    setting: flag === undefined ? (setting?.variable ?? '--format') : '--format',
    expected: 'table, json or yaml',
  });
}

function chosenNamespace(flag: string | undefined, environment: Environment): string | undefined {
  const setting = readSetting(environment, 'NAMESPACE');
  const namespace = flag ?? setting?.value;
  if (namespace === undefined || /^[\u0021-\u007e]{1,512}$/u.test(namespace)) return namespace;
  throw failure('client.setting-invalid', {
    setting: flag === undefined ? (setting?.variable ?? '--namespace') : '--namespace',
    expected: 'a path of printable ASCII characters',
  });
}

function chosenTimeoutMs(environment: Environment): number {
  const setting = readSetting(environment, 'CLIENT_TIMEOUT');
  if (setting === undefined) return exchangeTimeoutMsDefault;
  const milliseconds = secondsOf(setting.value) * 1_000;
  if (milliseconds > 0 && milliseconds <= exchangeTimeoutMsMax) return milliseconds;
  throw failure('client.setting-invalid', {
    setting: setting.variable,
    expected: `a duration such as 60s, at most ${exchangeTimeoutMsMax / 1_000} seconds`,
  });
}

/** NaN for what is no duration. */
function secondsOf(text: string): number {
  try {
    return parseDurationSeconds(text);
  } catch {
    return Number.NaN;
  }
}

function chosenRetries(environment: Environment): number {
  const setting = readSetting(environment, 'MAX_RETRIES');
  if (setting === undefined) return retriesDefault;
  const retries = /^\d{1,3}$/u.test(setting.value) ? Number(setting.value) : Number.NaN;
  if (retries <= retriesMax) return retries;
  throw failure('client.setting-invalid', {
    setting: setting.variable,
    expected: `a whole number from 0 to ${retriesMax}`,
  });
}
