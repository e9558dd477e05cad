/** The views there are, by the name that palette, scripts and `--view` use. */
export const viewNames = [
  'cluster',
  'connect',
  'init',
  'ceremony',
  'policies',
  'policy',
  'secrets',
  'audit',
  'verify',
  'node',
  'alarms',
  'tokens',
  'requests',
] as const;

export type ViewName = (typeof viewNames)[number];
