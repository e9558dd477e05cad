import type { FieldSpecs } from './route.ts';

/** Query fields of every LIST and SCAN of the key-value engines (OpenBao's pagination). */
export const listFields = {
  after: {
    type: 'string',
    description: 'Name after which the list begins; it need not exist.',
  },
  limit: {
    type: 'integer',
    description: 'Largest number of names to return; 0 or absent means all.',
  },
} as const satisfies FieldSpecs;
