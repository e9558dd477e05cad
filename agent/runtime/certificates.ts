/**
 * The certificates of the listeners: which one each shows, and how they are renewed and reread
 * while the agent runs. The authority of `tls: auto` lies in its own folder of the data folder; its
 * key moves into the sealed store at init (see authority-deposit.ts).
 */
import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../shared/assert.ts';
import type { AlarmSeverity } from '../../shared/control/topics.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { AgentConfig, TcpListenConfig } from '../config/config.ts';
import type { HttpListener } from '../http/http-listener.ts';
import { AutoIdentity } from '../tls/auto-identity.ts';
import { loadCertificateFiles } from '../tls/certificate-files.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import { certificateEndMs } from './limits.ts';

const folderName = 'tls';
const folderMode = 0o700;
const expiredAlarm = 'certificate-expired';
const endingAlarm = 'certificate-ends-soon';
const refusedAlarm = 'certificate-not-replaced';

/** How long a certificate lives, and what puts another in its place. */
interface Life {
  readonly lifeMs: number;
  readonly untilMs: number;
  readonly cure: string;
}

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
  /** Of what each listener shows. */
  readonly #lives = new Map<TcpListenConfig, Life>();
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
    this.#lives.set(config, lifeOf(identity, config));
    this.warnOfEnds();
    return identity;
  }

  #load(tls: Exclude<TcpListenConfig['tls'], { readonly kind: 'off' }>): TlsIdentity {
    if (tls.kind === 'files') return loadCertificateFiles(tls);
    assert(this.#auto !== undefined, 'an automatic certificate was made at the start');
    return this.#auto.identity;
  }

  /** When the first of the certificates that are shown runs out; undefined where none is. */
  get untilMs(): number | undefined {
    if (this.#lives.size === 0) return undefined;
    return Math.min(...[...this.#lives.values()].map(({ untilMs }) => untilMs));
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
   * Rereads certificate files (SIGHUP). What cannot be read is an alarm until a later reload can;
   * the old one stays in use.
   */
  reload(): void {
    const refusal = this.#replace('files');
    if (refusal === undefined) return this.#alarms.clear(refusedAlarm);
    const sentence = `a certificate was not replaced, the old one stays in use: ${refusal}`;
    this.#alarms.raise(refusedAlarm, 'warning', sentence, refusedAlarm);
  }

  #serveRenewed(): void {
    this.#log.info('the server certificate was renewed', {
      expires: this.#auto?.expiresAt.toISOString(),
    });
    this.#replace('auto');
    this.warnOfEnds();
  }

  /** Why one was not replaced. */
  #replace(kind: 'auto' | 'files'): string | undefined {
    let refusal: string | undefined;
    for (const { listener, config } of this.#served) {
      if (config.tls.kind !== kind) continue;
      try {
        const identity = this.identityOf(config);
        assert(identity !== undefined, 'a listener with TLS has a certificate');
        listener.replaceIdentity(identity);
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.#log.error('a certificate was not replaced; the old one stays in use', { reason });
        refusal = reason;
      }
    }
    return refusal;
  }

  /** Alarms while a certificate that is shown has run out, or will before long. */
  warnOfEnds(): void {
    const nowMs = Date.now();
    const lives = this.#allLives();
    const expired = lives.find(({ untilMs }) => untilMs <= nowMs);
    const ending = lives.find(
      ({ untilMs, lifeMs }) =>
        untilMs > nowMs && untilMs - nowMs <= Math.min(certificateEndMs, lifeMs / 4),
    );
    this.#tell(expiredAlarm, 'critical', expired && `has expired; ${expired.cure}`);
    const end = ending && new Date(ending.untilMs).toISOString();
    this.#tell(endingAlarm, 'warning', ending && `runs out at ${end}; ${ending.cure}`);
  }

  /** The automatic one counts from its making, before a listener shows it. */
  #allLives(): Life[] {
    const files = [...this.#lives].filter(([{ tls }]) => tls.kind === 'files');
    const lives = files.map(([, life]) => life);
    if (this.#auto === undefined) return lives;
    const untilMs = this.#auto.expiresAt.getTime();
    return [...lives, { lifeMs: Number.POSITIVE_INFINITY, untilMs, cure: cures.auto }];
  }

  #tell(alarm: AlarmName, severity: AlarmSeverity, what: string | undefined): void {
    if (what === undefined) return this.#alarms.clear(alarm);
    const sentence = `the server certificate ${what}`;
    this.#alarms.raise(alarm, severity, sentence, alarm);
    this.#log[severity === 'critical' ? 'error' : 'warn'](sentence, { alarm });
  }
}

type AlarmName = typeof expiredAlarm | typeof endingAlarm;

const cures = {
  auto: 'unseal the agent to renew it',
  files: 'put a new one in its place and send SIGHUP',
} as const;

function lifeOf({ certificate }: TlsIdentity, { tls }: TcpListenConfig): Life {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const untilMs = validToDate.getTime();
  const lifeMs = untilMs - validFromDate.getTime();
  return { lifeMs, untilMs, cure: tls.kind === 'files' ? cures.files : cures.auto };
}
