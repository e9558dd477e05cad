import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { authorityFilesMax } from '../limits.ts';
import type { Endpoint } from './endpoint.ts';
import { type Environment, readSetting, type SettingName } from './settings.ts';
import { requireSmallFile, systemReason } from './small-file.ts';

/** What a TLS connection is made with. Certificates are always verified. */
export interface TlsMaterial {
  /** Authorities in PEM; absent: those of the platform. */
  readonly ca?: readonly Buffer[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
}

/** Values of the flags, which win over the environment. */
export interface TlsFlags {
  readonly caCert: string | undefined;
  readonly caPath: string | undefined;
  readonly clientCert: string | undefined;
  readonly clientKey: string | undefined;
  readonly tlsServerName: string | undefined;
}

/** Reads what the flags and the environment name. Throws `client.file-unreadable` and others. */
export function readTlsMaterial(
  environment: Environment,
  flags: TlsFlags,
  endpoint: Endpoint,
): TlsMaterial {
  refuseSkipVerify(environment);
  const setting = (flag: string | undefined, name: SettingName) =>
    flag ?? readSetting(environment, name)?.value;
  const cert = setting(flags.clientCert, 'CLIENT_CERT');
  const key = setting(flags.clientKey, 'CLIENT_KEY');
  const servername = setting(flags.tlsServerName, 'TLS_SERVER_NAME');
  if ((cert === undefined) !== (key === undefined)) {
    throw failure('client.setting-invalid', {
      setting: 'a client certificate',
      expected: 'given with its key: --client-cert FILE and --client-key FILE',
    });
  }
  const ca = readAuthorities(
    setting(flags.caCert, 'CACERT') ??
      (endpoint.kind === 'url' ? endpoint.authorityFile : undefined),
    setting(flags.caPath, 'CAPATH'),
  );
  return {
    ...(ca.length > 0 && { ca }),
    ...(cert !== undefined && { cert: requireSmallFile(cert, 'the client certificate') }),
    ...(key !== undefined && { key: requireSmallFile(key, 'the key of the client certificate') }),
    ...(servername !== undefined && { servername }),
  };
}

function refuseSkipVerify(environment: Environment): void {
  const skip = readSetting(environment, 'SKIP_VERIFY');
  if (skip === undefined || /^(?:0|f|false)$/iu.test(skip.value)) return;
  throw failure('client.tls-skip-verify', { setting: skip.variable });
}

function readAuthorities(file: string | undefined, folder: string | undefined): Buffer[] {
  const files = file === undefined ? [] : [file];
  if (file === undefined && folder !== undefined) files.push(...filesIn(folder));
  return files.map((name) => requireSmallFile(name, 'the certificate of the authority'));
}

function filesIn(folder: string): string[] {
  const what = 'the folder of authorities';
  try {
    const names = readdirSync(folder).filter((name) => /\.(?:pem|crt|cer)$/u.test(name));
    if (names.length <= authorityFilesMax) return names.sort().map((name) => join(folder, name));
  } catch (error) {
    throw failure('client.file-unreadable', { what, file: folder, reason: systemReason(error) });
  }
  const reason = `it has more than ${authorityFilesMax} certificates`;
  throw failure('client.file-unreadable', { what, file: folder, reason });
}
