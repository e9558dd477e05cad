/** What to do about an alarm in one sentence; agent/alarms/runbooks.md says the rest. */
import type { Runbook } from '../../alarms/runbooks.ts';

const sentences: Readonly<Record<Runbook, string>> = {
  'disk-nearly-full':
    'Move rotated audit files away or make the file system larger; delete nothing in the data folder',
  'audit-device-failed': 'Cure what is named; the device is tried again by itself',
  'audit-down':
    'Give a device space, rights or its reader; requests are served again by themselves',
  'audit-tail-lost': 'Copy the audit folder away as evidence, then run `strongbox audit verify`',
  'audit-log-unreadable': 'Run `strongbox audit verify` on the file that was kept aside',
  'audit-checkpoint-not-kept': 'Check the rights and the disk of the data folder',
  'certificate-expired': 'Unseal the agent; a new certificate follows within an hour',
};

export function runbookSentence(runbook: Runbook): string {
  return `${sentences[runbook]} (runbooks.md, ${runbook}).`;
}
