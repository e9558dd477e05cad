/** What to do about each alarm, in one sentence; the section of runbooks.md says the rest. */
const sentences = {
  'disk-nearly-full':
    'Move rotated audit files away or make the file system larger; delete nothing in the data folder',
  'audit-device-failed': 'Cure what is named; the device is tried again by itself',
  'audit-down':
    'Give a device space, rights or its reader; requests are served again by themselves',
  'audit-file-touched':
    'Copy the audit folder away as evidence, then run `strongbox audit verify`: it names the record',
  'audit-tail-lost': 'Copy the audit folder away as evidence, then run `strongbox audit verify`',
  'audit-tail-unwritten':
    'Ask whether the host lost power; `sync: always` for every device makes it impossible',
  'audit-log-begun': 'Keep the log before and its audit.pub; nothing else is to be done',
  'audit-log-unreadable': 'Run `strongbox audit verify` on the file that was kept aside',
  'audit-checkpoint-not-kept': 'Check the rights and the disk of the data folder',
  'audit-checkpoint-useless':
    'Compare the log with a checkpoint that is kept elsewhere: `strongbox audit verify --checkpoint`',
  overloaded: 'Find who asks so much, or add agents; nothing has to be restarted',
  'certificate-expired':
    'Unseal the agent: a new one of `tls: auto` follows within an hour; one of files is to be replaced',
  'certificate-ends-soon': 'Renew it: of `tls: auto` unseal the agent, of files put them in place',
  'certificate-not-replaced': 'Cure what the sentence names, then send SIGHUP again',
} as const;

/** A section of runbooks.md. */
export type Runbook = keyof typeof sentences;

/** All of them, in the order of the page. */
export const runbooks = Object.keys(sentences) as readonly Runbook[];

export function runbookSentence(runbook: Runbook): string {
  return `${sentences[runbook]} (runbooks.md, ${runbook}).`;
}
