/** The sections of runbooks.md, which say what to do about an alarm. */
export const runbooks = [
  'disk-nearly-full',
  'audit-device-failed',
  'audit-down',
  'audit-tail-lost',
  'audit-log-unreadable',
  'audit-checkpoint-not-kept',
  'certificate-expired',
] as const;

export type Runbook = (typeof runbooks)[number];
