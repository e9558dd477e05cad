import type { FieldSpecs, RouteTable } from './route.ts';

/** `auth/token/`: Vault's token routes (docs: HTTP API, auth methods, token). */

const tokenField = {
  token: { type: 'string', description: 'The token that is meant.' },
} as const satisfies FieldSpecs;

const accessorField = {
  accessor: { type: 'string', required: true, description: 'Accessor of the token that is meant.' },
} as const satisfies FieldSpecs;

const incrementField = {
  increment: {
    type: 'duration',
    description: 'Wished life from now on; 0 or absent means as at its creation.',
  },
} as const satisfies FieldSpecs;

/** What can be wished for a new token. */
export const tokenCreateFields = {
  id: { type: 'string', description: 'The token itself; only a root token may choose one.' },
  policies: { type: 'strings', description: 'Policies; by default those of the calling token.' },
  meta: { type: 'map', description: 'Names and values that the audit log and lookups show.' },
  no_parent: { type: 'boolean', description: 'Whether it outlives the calling token.' },
  no_default_policy: {
    type: 'boolean',
    description: 'Whether the policy "default" is not attached.',
  },
  renewable: { type: 'boolean', description: 'Whether it may be renewed; true by default.' },
  ttl: { type: 'duration', aliases: ['lease'], description: 'Life until it must be renewed.' },
  explicit_max_ttl: { type: 'duration', description: 'Life that no renewal can exceed.' },
  display_name: { type: 'string', description: 'Name in lookups and in the audit log.' },
  num_uses: { type: 'integer', description: 'Requests it is good for; 0 means no limit.' },
  period: { type: 'duration', description: 'Each renewal gives this much life, without end.' },
  type: { type: 'string', description: '"service" (the default) or "batch".' },
  entity_alias: { type: 'string', description: 'Not supported: refused unless empty.' },
} as const satisfies FieldSpecs;

/** Settings of a token role. The unprefixed names are the older ones of the same settings. */
export const tokenRoleFields = {
  allowed_policies: { type: 'strings', description: 'Policies that tokens may have.' },
  allowed_policies_glob: { type: 'strings', description: 'The same with "*" as any text.' },
  disallowed_policies: { type: 'strings', description: 'Policies that tokens may not have.' },
  disallowed_policies_glob: { type: 'strings', description: 'The same with "*" as any text.' },
  orphan: { type: 'boolean', description: 'Whether tokens have no parent.' },
  renewable: { type: 'boolean', description: 'Whether tokens may be renewed.' },
  path_suffix: { type: 'string', description: 'Put behind the creation path of tokens.' },
  token_period: { type: 'duration', aliases: ['period'], description: 'Period of tokens.' },
  token_explicit_max_ttl: {
    type: 'duration',
    aliases: ['explicit_max_ttl'],
    description: 'Life of tokens that no renewal can exceed.',
  },
  token_type: {
    type: 'string',
    description: '"default-service", "default-batch", "service" or "batch".',
  },
  token_num_uses: { type: 'integer', description: 'Requests that tokens are good for.' },
  token_no_default_policy: {
    type: 'boolean',
    description: 'Whether the policy "default" is not attached.',
  },
  token_bound_cidrs: {
    type: 'strings',
    aliases: ['bound_cidrs'],
    description: 'Not supported: refused unless empty.',
  },
  allowed_entity_aliases: {
    type: 'strings',
    description: 'Not supported: refused unless empty.',
  },
} as const satisfies FieldSpecs;

export const tokenRoutes = {
  create: {
    pattern: 'create',
    summary: 'Make a token, child of the calling one.',
    operations: { write: { effect: true, fields: tokenCreateFields } },
  },
  createOrphan: {
    pattern: 'create-orphan',
    summary: 'Make a token without a parent.',
    operations: { write: { effect: true, fields: tokenCreateFields } },
  },
  createByRole: {
    pattern: 'create/:role',
    summary: 'Make a token by the settings of a role.',
    operations: { write: { effect: true, fields: tokenCreateFields } },
  },
  lookup: {
    pattern: 'lookup',
    summary: 'What is known of a token.',
    operations: {
      read: { effect: false, fields: tokenField },
      write: { effect: false, fields: tokenField },
    },
  },
  lookupSelf: {
    pattern: 'lookup-self',
    summary: 'What is known of the calling token.',
    operations: { read: { effect: false }, write: { effect: false } },
  },
  lookupAccessor: {
    pattern: 'lookup-accessor',
    summary: 'What is known of the token with this accessor.',
    operations: { write: { effect: false, fields: accessorField } },
  },
  renew: {
    pattern: 'renew',
    summary: 'Lengthen the life of a token, up to its maximum.',
    operations: { write: { effect: true, fields: { ...tokenField, ...incrementField } } },
  },
  renewSelf: {
    pattern: 'renew-self',
    summary: 'Lengthen the life of the calling token, up to its maximum.',
    operations: { write: { effect: true, fields: incrementField } },
  },
  renewAccessor: {
    pattern: 'renew-accessor',
    summary: 'Lengthen the life of the token with this accessor, up to its maximum.',
    operations: { write: { effect: true, fields: { ...accessorField, ...incrementField } } },
  },
  revoke: {
    pattern: 'revoke',
    summary: 'End a token and all its descendants.',
    operations: { write: { effect: true, fields: tokenField } },
  },
  revokeSelf: {
    pattern: 'revoke-self',
    summary: 'End the calling token and all its descendants.',
    operations: { write: { effect: true } },
  },
  revokeAccessor: {
    pattern: 'revoke-accessor',
    summary: 'End the token with this accessor and all its descendants.',
    operations: { write: { effect: true, fields: accessorField } },
  },
  revokeOrphan: {
    pattern: 'revoke-orphan',
    summary: 'End a token; its children live on without a parent.',
    operations: { write: { effect: true, sudo: true, fields: tokenField } },
  },
  accessors: {
    pattern: 'accessors',
    summary: 'List the accessors of all tokens.',
    operations: { list: { effect: false, sudo: true } },
  },
  roles: {
    pattern: 'roles',
    summary: 'List the token roles.',
    operations: { list: { effect: false } },
  },
  role: {
    pattern: 'roles/:role',
    summary: 'Settings by which tokens are made.',
    operations: {
      read: { effect: false },
      write: { effect: true, fields: tokenRoleFields },
      delete: { effect: true },
    },
  },
  tidy: {
    pattern: 'tidy',
    summary: 'Finish interrupted revocations and end expired tokens now.',
    operations: { write: { effect: true } },
  },
} as const satisfies RouteTable;
