import type { FieldSpecs } from './route.ts';

/**
 * Fields of the system routes (shared/api/sys.ts). Names and aliases are those of Vault's clients.
 */

export const shareFields = {
  key: { type: 'string', description: 'One share: framed, hex or base64.', secret: true },
  share: { type: 'string', description: 'The same under another name.', secret: true },
  reset: { type: 'boolean', description: 'Whether what was entered so far is dropped.' },
} as const satisfies FieldSpecs;

/** What a ceremony adds to an entered share: who, for which attempt, and sealed on its way. */
export const ceremonyFields = {
  nonce: { type: 'string', description: 'Nonce that a share or reset is meant for, if given.' },
  box: { type: 'object', description: 'One share, sealed to the key of the ceremony.' },
  holder: { type: 'string', description: 'Who enters the share or resets, for those who watch.' },
  reason: { type: 'string', description: 'Why it is reset, for those who watch.' },
} as const satisfies FieldSpecs;

export const sealFields = {
  reason: { type: 'string', description: 'Why, for those who watch and for the audit log.' },
} as const satisfies FieldSpecs;

/** `sys/control/<topic>`: what a page of the audit log is asked with. */
export const controlTopicFields = {
  node: { type: 'string', description: 'Whose audit log is read.' },
  from: { type: 'integer', description: 'Index of the first record; needs "sudo".' },
} as const satisfies FieldSpecs;

export const initFields = {
  secret_shares: {
    type: 'integer',
    aliases: ['shares'],
    description: 'Number of shares to make; 3 by default.',
  },
  secret_threshold: {
    type: 'integer',
    aliases: ['threshold'],
    description: 'Number of shares that unseal; 2 by default.',
  },
  receiver: {
    type: 'string',
    description: 'X25519 public key (base64) that shares and root token are sealed to.',
  },
  pgp_keys: { type: 'any', description: 'Not supported: refused unless empty.' },
  root_token_pgp_key: { type: 'any', description: 'Not supported: refused unless empty.' },
  recovery_shares: { type: 'any', description: 'Only for seals without shares: refused.' },
  recovery_threshold: { type: 'any', description: 'Only for seals without shares: refused.' },
  recovery_pgp_keys: { type: 'any', description: 'Only for seals without shares: refused.' },
} as const satisfies FieldSpecs;

const statusCode = (state: string) =>
  ({ type: 'integer', description: `HTTP status to answer when ${state}.` }) as const;

export const healthFields = {
  activecode: statusCode('active'),
  standbycode: statusCode('standing by'),
  sealedcode: statusCode('sealed'),
  uninitcode: statusCode('not initialised'),
  standbyok: { type: 'any', description: 'Whether standing by is as good as active.' },
  perfstandbyok: { type: 'any', description: 'Accepted and ignored: there are no such nodes.' },
  drsecondarycode: statusCode('a DR secondary (never)'),
  performancestandbycode: statusCode('a performance standby (never)'),
  removedcode: statusCode('removed from the cluster (never)'),
  haunhealthycode: statusCode('cut off from the active node (never)'),
} as const satisfies FieldSpecs;

export const rootAttemptFields = {
  otp: {
    type: 'string',
    description: 'Not supported: the one-time pad is made here.',
    secret: true,
  },
  pgp_key: { type: 'any', description: 'Not supported: refused unless empty.' },
} as const satisfies FieldSpecs;

export const rootUpdateFields = {
  key: shareFields.key,
  share: shareFields.share,
  nonce: { type: 'string', description: 'Nonce of the attempt that the share is meant for.' },
} as const satisfies FieldSpecs;

export const nonceField = {
  nonce: { type: 'string', description: 'Nonce of the attempt to cancel.' },
} as const satisfies FieldSpecs;

const mountConfigField = {
  type: 'object',
  description: 'Settings: default_lease_ttl, max_lease_ttl, listing_visibility and others.',
} as const;

export const mountFields = {
  type: { type: 'string', required: true, description: 'Engine: "kv", "kv-v2" and others.' },
  description: { type: 'string', description: 'For people.' },
  config: mountConfigField,
  options: { type: 'map', description: 'Options of the engine, as "version".' },
  local: { type: 'boolean', description: 'Accepted and shown; means nothing in one cluster.' },
  seal_wrap: { type: 'boolean', description: 'Accepted and shown; every value is sealed.' },
  external_entropy_access: { type: 'boolean', description: 'Accepted and shown.' },
  plugin_name: { type: 'string', description: 'Older name for the type.' },
  plugin_version: { type: 'string', description: 'Accepted and ignored: engines are built in.' },
} as const satisfies FieldSpecs;

export const tuneFields = {
  default_lease_ttl: { type: 'any', description: 'Default life; "system" or 0 resets it.' },
  max_lease_ttl: { type: 'any', description: 'Longest life; "system" or 0 resets it.' },
  description: { type: 'string', description: 'For people.' },
  options: { type: 'map', description: 'Options of the engine, as "version".' },
  listing_visibility: { type: 'string', description: '"unauth", "hidden" or empty.' },
  audit_non_hmac_request_keys: { type: 'strings', description: 'Accepted and shown.' },
  audit_non_hmac_response_keys: { type: 'strings', description: 'Accepted and shown.' },
  passthrough_request_headers: { type: 'strings', description: 'Accepted and shown.' },
  allowed_response_headers: { type: 'strings', description: 'Accepted and shown.' },
  token_type: { type: 'string', description: 'Accepted for auth mounts and shown.' },
} as const satisfies FieldSpecs;

export const operatorFields = {
  signing_key: { type: 'string', required: true, description: 'Ed25519 public key, base64.' },
  box_key: { type: 'string', required: true, description: 'X25519 public key, base64.' },
  proof: {
    type: 'string',
    required: true,
    description: 'Signature of the signing key over the name and both keys, base64.',
  },
} as const satisfies FieldSpecs;

export const policyFields = {
  policy: { type: 'string', description: 'The policy: HCL or JSON, perhaps in base64.' },
  rules: { type: 'string', description: 'The same under its older name.' },
  cas: { type: 'integer', description: 'Version that must be the current one; 0: none yet.' },
  cas_required: { type: 'boolean', description: 'Whether later writes must bring "cas".' },
} as const satisfies FieldSpecs;

export const pathsFields = {
  paths: { type: 'strings', description: 'Paths to look at.' },
  path: { type: 'strings', description: 'The same under its older name.' },
} as const satisfies FieldSpecs;
