/**
 * The certificates of the listeners: which one each shows, and how they are renewed and reread
 * while the agent runs. The authority of `tls: auto` lies in its own folder of the data folder; its
 * key moves into the sealed store at init (see authority-deposit.ts).
 */
import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../shared/assert.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { AgentConfig, TcpListenConfig } from '../config/config.ts';
import type { HttpListener } from '../http/http-listener.ts';
import { AutoIdentity } from '../tls/auto-identity.ts';
import { loadCertificateFiles } from '../tls/certificate-files.ts';
import type { TlsIdentity } from '../tls/identity.ts';

const folderName = 'tls';
const folderMode = 0o700;
const expiredAlarm = 'certificate-expired';

/** Folder of the authority in a data folder. */
export function authorityFolder(data: string): string {
  return join(data, folderName);
}

/** Whatever shows a certificate to clients. */
type Shows = Pick<HttpListener, 'replaceIdentity'>;

export class Certificates {
  readonly #log: Log;
  readonly #alarms: Alarms;
  readonly #auto: AutoIdentity | undefined;
  /** When what each listener shows runs out. */
  readonly #untilMs = new Map<TcpListenConfig, number>();
  readonly #served: { readonly listener: Shows; readonly config: TcpListenConfig }[] = [];

  private constructor(log: Log, alarms: Alarms, auto: AutoIdentity | undefined) {
    this.#log = log;
    this.#alarms = alarms;
    this.#auto = auto;
  }

  /** Loads or makes what the configuration needs. Throws `tls.…`. */
  static async open(config: AgentConfig, log: Log, alarms: Alarms): Promise<Certificates> {
    const listeners = config.listen.filter((each) => each.kind === 'tcp');
    const automatic = listeners.filter(({ tls }) => tls.kind === 'auto');
    if (automatic.length === 0 || config.node.data === undefined) {
      return new Certificates(log, alarms, undefined);
    }
    const folder = authorityFolder(config.node.data);
    mkdirSync(folder, { recursive: true, mode: folderMode });
    const names = automatic.flatMap((each) => [each.host, ...each.names]);
    const auto = await AutoIdentity.open({ folder, names, nowMs: () => Date.now() });
    return new Certificates(log, alarms, auto);
  }

  /** The file that clients trust; undefined without `tls: auto`. */
  get authorityPath(): string | undefined {
    return this.#auto?.authorityPath;
  }

  /** What a listener shows; undefined where TLS is off. */
  identityOf(config: TcpListenConfig): TlsIdentity | undefined {
    if (config.tls.kind === 'off') return undefined;
    const identity = this.#load(config.tls);
    const { validToDate } = new X509Certificate(identity.certificate);
    this.#untilMs.set(config, validToDate.getTime());
    return identity;
  }

  #load(tls: Exclude<TcpListenConfig['tls'], { readonly kind: 'off' }>): TlsIdentity {
    if (tls.kind === 'files') return loadCertificateFiles(tls);
    assert(this.#auto !== undefined, 'an automatic certificate was made at the start');
    this.warnIfExpired();
    return this.#auto.identity;
  }

  /** When the first of the certificates that are shown runs out; undefined where none is. */
  get untilMs(): number | undefined {
    return this.#untilMs.size === 0 ? undefined : Math.min(...this.#untilMs.values());
  }

  /** A listener that gets new certificates from now on. */
  serve(listener: Shows, config: TcpListenConfig): void {
    if (config.tls.kind !== 'off') this.#served.push({ listener, config });
  }

  /** Renews the automatic certificate if that is due; `authorityKey` stays the caller's to zero. */
  async renew(authorityKey: Uint8Array): Promise<void> {
    if ((await this.#auto?.renew(authorityKey)) === true) this.#serveRenewed();
  }

  /** The same before init, while the authority's key is a file; returns whether it did. */
  async renewFromFile(): Promise<boolean> {
    const renewed = (await this.#auto?.renewFromFile()) === true;
    if (renewed) this.#serveRenewed();
    return renewed;
  }

  /** Whether the automatic certificate has lived for half its time. */
  get renewalDue(): boolean {
    return this.#auto?.renewalDue === true;
  }

  /**
   * Rereads certificate files (SIGHUP). What cannot be read is logged; the old one stays in use.
   */
  reload(): void {
    this.#replace('files');
  }

  #serveRenewed(): void {
    this.#alarms.clear(expiredAlarm);
    this.#log.info('the server certificate was renewed', {
      expires: this.#auto?.expiresAt.toISOString(),
    });
    this.#replace('auto');
  }

  #replace(kind: 'auto' | 'files'): void {
    for (const { listener, config } of this.#served) {
      if (config.tls.kind !== kind) continue;
      try {
        const identity = this.identityOf(config);
        assert(identity !== undefined, 'a listener with TLS has a certificate');
        listener.replaceIdentity(identity);
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.#log.error('a certificate was not replaced; the old one stays in use', { reason });
      }
    }
  }

  /** Alarms if the automatic certificate has run out. */
  warnIfExpired(): void {
    const auto = this.#auto;
    if (auto?.expired !== true) return;
    const sentence = 'the server certificate has expired; unseal the agent to renew it';
    this.#alarms.raise(expiredAlarm, 'critical', sentence, expiredAlarm);
    this.#log.error(sentence, { alarm: expiredAlarm, expired: auto.expiresAt.toISOString() });
  }
}
