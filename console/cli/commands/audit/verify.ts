/** `strongbox audit verify`: check audit files offline; exit code 3 if one is broken. */
import type { VerifyReport } from '../../../../shared/audit/report.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { verifyAuditFiles } from '../../../client/audit-verify.ts';
import { type Command, defineCommand } from '../../command.ts';
import { ProgressBar } from '../../output/progress.ts';
import { safeText } from '../../output/safe-text.ts';

export const command: Command = defineCommand({
  arguments: '<file..>',
  argumentTexts: { file: 'Files of one log, in any order, the rotated ones too' },
  description:
    'Works without a server. Names the first bad record by file, index and byte. Exit code 3 if ' +
    'the log is broken.',
  online: false,
  flags: {
    'public-key': { type: 'text', description: "The node's audit.pub: whose signatures count" },
    'audit-key': { type: 'text', description: "The node's audit.key: checks each single record" },
    checkpoint: { type: 'text', description: 'A checkpoint kept elsewhere: finds a lost tail' },
  },
  examples: [
    ['audit verify audit.log', 'One file'],
    ['audit verify audit.log* --public-key audit.pub', 'A whole log, signed by this node'],
  ],
  async run({ flags, arguments: files, context }) {
    const { 'public-key': publicKeyFile, 'audit-key': auditKeyFile } = flags;
    const checkpointFile = flags.checkpoint;
    const bar = new ProgressBar(context.surroundings.stderr);
    try {
      const report = await verifyAuditFiles(files, {
        ...(publicKeyFile !== undefined && { publicKeyFile }),
        ...(auditKeyFile !== undefined && { auditKeyFile }),
        ...(checkpointFile !== undefined && { checkpointFile }),
        onProgress: ({ bytes, bytesTotal, records }) => bar.show(bytes, bytesTotal, records),
      });
      bar.clear();
      await context.printer.result({ value: valueOf(report), table: () => textOf(report) });
      return report.ok ? 0 : 3;
    } finally {
      bar.clear();
    }
  },
});

function textOf(report: VerifyReport): string {
  return [report.sentence, ...report.notes.map((note) => `  ${note}`)]
    .map((line) => `${safeText(line)}\n`)
    .join('');
}

/** The report is plain data; what is undefined in it is left out. */
function valueOf(report: VerifyReport): JsonObject {
  return JSON.parse(JSON.stringify(report)) as JsonObject;
}
