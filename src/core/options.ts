import type { LifetimeLimits } from '../tokens/lifetime.ts';

/** What the configuration says to the core. */
export interface CoreOptions {
  readonly nodeId: string;
  /** `embedded`, `memory`, …: told by seal-status. */
  readonly storageType: string;
  /** StrongBox's own version, as in `0.1.0`. */
  readonly version: string;
  /** RFC 3339, or empty. */
  readonly buildDate: string;
  /** Who may initialise: peers on this host, or everybody. */
  readonly initFrom: 'local' | 'anywhere';
  /**
   * The routes that make a root token from shares without a token (`sys/generate-root/*`). Anybody
   * could otherwise start and cancel attempts (CVE-2025-4656, CVE-2025-52894): by default they are
   * for peers on this host, for the operator who has lost the last token.
   */
  readonly generateRootFrom: 'nowhere' | 'local' | 'anywhere';
  /** Who may read metrics: tokens with `read` on `sys/metrics`, or also any peer on this host. */
  readonly metricsAccess: 'token' | 'loopback';
  readonly lifetimes: LifetimeLimits;
  /** Engines that a new cluster starts with, besides those that are always there. */
  readonly initialMounts: readonly InitialMount[];
  /** The audit devices of the configuration, for `sys/audit`. */
  readonly auditDevices: readonly AuditDeviceFacts[];
}

export interface InitialMount {
  /** With trailing slash, free, and checked as `sys/mounts/<path>` checks it. */
  readonly path: string;
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
}

export interface AuditDeviceFacts {
  /** Without trailing slash, as in `file`. */
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The level of Vault's API that clients may expect: Terraform's provider and others parse it as
 * semver and switch features by it. Our own version is told beside it.
 */
export const vaultApiVersion = '1.18.0';
