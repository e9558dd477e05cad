import type { FlagSpecs, FlagValues } from './flag-specs.ts';

/** Flags that every command has. */
export const outputFlags = {
  format: {
    type: 'text',
    description: 'How the result is printed (STRONGBOX_FORMAT)',
    choices: ['table', 'json', 'yaml'],
  },
  field: { type: 'text', description: 'Print this field of the result alone' },
} as const satisfies FlagSpecs;

/** Flags of the commands that ask a server. */
export const connectionFlags = {
  address: {
    type: 'text',
    description: 'Server to ask: https://HOST:PORT or unix:///SOCKET (STRONGBOX_ADDR)',
  },
  'ca-cert': { type: 'text', description: 'Authority that signs the server (STRONGBOX_CACERT)' },
  'ca-path': { type: 'text', description: 'Folder of such authorities (STRONGBOX_CAPATH)' },
  'client-cert': { type: 'text', description: 'Own certificate (STRONGBOX_CLIENT_CERT)' },
  'client-key': { type: 'text', description: 'Key of the own certificate (STRONGBOX_CLIENT_KEY)' },
  'tls-server-name': {
    type: 'text',
    description: 'Name expected in the certificate (STRONGBOX_TLS_SERVER_NAME)',
  },
  namespace: {
    type: 'text',
    aliases: ['ns'],
    description: 'Namespace to work in (STRONGBOX_NAMESPACE)',
  },
} as const satisfies FlagSpecs;

export type CommonFlags = Partial<
  FlagValues<typeof outputFlags> & FlagValues<typeof connectionFlags>
>;
