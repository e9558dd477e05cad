import { listFields } from './kv-fields.ts';
import type { FieldSpecs, RouteTable } from './route.ts';

/**
 * KV version 2: secrets with versions. The order matters to a reader only; the catch-all at the
 * end answers paths that belong to version 1 with a hint instead of a bare 404.
 */

const versionFields = {
  versions: {
    type: 'integers',
    description: 'Numbers of the versions that are meant.',
  },
} as const satisfies FieldSpecs;

const dataFields = {
  data: { type: 'any', description: 'The secret: an object of names and values.' },
  options: {
    type: 'object',
    description: '"cas": version that must be the current one; 0 means that there must be none.',
  },
} as const satisfies FieldSpecs;

const settingFields = {
  max_versions: {
    type: 'integer',
    description: 'Versions to keep; 0 means the default of the mount (10 if it has none).',
  },
  cas_required: { type: 'boolean', description: 'Whether writes must bring "options.cas".' },
  metadata_cas_required: {
    type: 'boolean',
    description: 'Whether changes of metadata must bring "metadata_cas".',
  },
  delete_version_after: {
    type: 'any',
    description: 'Duration after which a new version deletes itself; 0 means never.',
  },
} as const satisfies FieldSpecs;

const metadataFields = {
  ...settingFields,
  custom_metadata: {
    type: 'any',
    description: 'Names and values (text) that describe the secret; not versioned.',
  },
  metadata_cas: {
    type: 'integer',
    description: 'Metadata version that must be the current one; 0 means that there must be none.',
  },
} as const satisfies FieldSpecs;

/** The same for a merge patch, where null removes a setting: the engine decodes them itself. */
const metadataPatchFields = {
  max_versions: { ...metadataFields.max_versions, type: 'any' },
  cas_required: { ...metadataFields.cas_required, type: 'any' },
  metadata_cas_required: { ...metadataFields.metadata_cas_required, type: 'any' },
  delete_version_after: metadataFields.delete_version_after,
  custom_metadata: metadataFields.custom_metadata,
  metadata_cas: metadataFields.metadata_cas,
} as const satisfies FieldSpecs;

const readVersionFields = {
  version: { type: 'integer', description: 'Version to read; 0 or absent means the current one.' },
} as const satisfies FieldSpecs;

export const kvV2Routes = {
  config: {
    pattern: 'config',
    summary: 'Settings of the mount that hold for every secret.',
    operations: {
      read: { effect: false },
      write: { effect: true, fields: settingFields },
    },
  },
  data: {
    pattern: 'data/*path',
    summary: 'Read, write, patch and softly delete versions of a secret.',
    operations: {
      read: { effect: false, fields: readVersionFields },
      write: { effect: true, fields: dataFields },
      patch: { effect: true, fields: dataFields },
      delete: { effect: true },
    },
  },
  delete: {
    pattern: 'delete/*path',
    summary: 'Mark versions as deleted; undelete brings them back.',
    operations: { write: { effect: true, fields: versionFields } },
  },
  undelete: {
    pattern: 'undelete/*path',
    summary: 'Bring back versions that were deleted but not destroyed.',
    operations: { write: { effect: true, fields: versionFields } },
  },
  destroy: {
    pattern: 'destroy/*path',
    summary: 'Remove the data of versions for good.',
    operations: { write: { effect: true, fields: versionFields } },
  },
  metadata: {
    pattern: 'metadata/*path?',
    summary: 'Settings and version history of a secret; lists of secrets.',
    operations: {
      read: { effect: false },
      write: { effect: true, fields: metadataFields },
      patch: { effect: true, fields: metadataPatchFields },
      delete: { effect: true },
      list: { effect: false, fields: listFields },
      scan: { effect: false, fields: listFields },
    },
  },
  detailedMetadata: {
    pattern: 'detailed-metadata/*path?',
    summary: 'Lists of secrets with the metadata of each.',
    operations: {
      list: { effect: false, fields: listFields },
      scan: { effect: false, fields: listFields },
    },
  },
  subkeys: {
    pattern: 'subkeys/*path',
    summary: 'The structure of a secret, with every value replaced by null.',
    operations: {
      read: {
        effect: false,
        fields: {
          ...readVersionFields,
          depth: { type: 'integer', description: 'Levels to show; 0 or absent means all.' },
        },
      },
    },
  },
  invalid: {
    pattern: '*path?',
    summary: 'Any other path: answered with a hint, never with data.',
    operations: {
      read: { effect: false },
      write: { effect: false, openBody: true },
      patch: { effect: false, openBody: true },
      delete: { effect: false },
      list: { effect: false },
      scan: { effect: false },
    },
  },
} as const satisfies RouteTable;
