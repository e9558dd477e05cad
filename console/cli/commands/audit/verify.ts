/** `strongbox audit verify`: check an audit log, of files or of an agent; exit code 3 if broken. */
import type { VerifyReport } from '../../../../shared/audit/report.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import { verifyNodeApart } from '../../../client/audit-verification.ts';
import { verifyAuditFiles } from '../../../client/audit-verify.ts';
import { onControl } from '../../../client/control-once.ts';
import { endpointText } from '../../../client/endpoint.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ProgressBar } from '../../output/progress.ts';
import { safeText } from '../../output/safe-text.ts';

export const command: Command = defineCommand({
  arguments: '[file..]',
  argumentTexts: {
    file: 'Files of one log, in any order, the rotated ones too; without one, the agent is asked',
  },
  description:
    'Files need no server. An agent is asked for all of its log ("sudo" on sys/control/audit), ' +
    'and the log is checked here, not there. Names the first bad record by file, index and byte. ' +
    'Exit code 3 if the log is broken.',
  flags: {
    'public-key': { type: 'text', description: "The node's audit.pub: whose signatures count" },
    'audit-key': { type: 'text', description: "The node's audit.key: checks each single record" },
    checkpoint: { type: 'text', description: 'A checkpoint kept elsewhere: finds a lost tail' },
  },
  examples: [
    ['audit verify audit.log', 'One file'],
    ['audit verify audit.log* --public-key audit.pub', 'A whole log, signed by this node'],
    ['audit verify', 'The log of the agent that answers, as it gives it'],
  ],
  async run({ flags, arguments: files, context }) {
    const unit = files.length === 0 ? 'records' : 'bytes';
    const bar = new ProgressBar(context.surroundings.stderr, unit);
    try {
      const report =
        files.length === 0
          ? await verifyAgent(flags, context, bar)
          : await verifyFiles(files, flags, bar);
      bar.clear();
      await context.printer.result({ value: valueOf(report), table: () => textOf(report) });
      return report.ok ? 0 : 3;
    } finally {
      bar.clear();
    }
  },
});

interface VerifyFlags {
  readonly 'public-key': string | undefined;
  readonly 'audit-key': string | undefined;
  readonly checkpoint: string | undefined;
}

function verifyFiles(
  files: readonly string[],
  { 'public-key': publicKeyFile, 'audit-key': auditKeyFile, checkpoint }: VerifyFlags,
  bar: ProgressBar,
): Promise<VerifyReport> {
  return verifyAuditFiles(files, {
    ...(publicKeyFile !== undefined && { publicKeyFile }),
    ...(auditKeyFile !== undefined && { auditKeyFile }),
    ...(checkpoint !== undefined && { checkpointFile: checkpoint }),
    onProgress: ({ bytes, bytesTotal, records }) => bar.show(bytes, bytesTotal, records),
  });
}

/** The whole log of the agent that answers, a page at a time. */
async function verifyAgent(
  flags: VerifyFlags,
  context: Context,
  bar: ProgressBar,
): Promise<VerifyReport> {
  const { 'public-key': publicKey, 'audit-key': auditKey, checkpoint } = flags;
  if ([publicKey, auditKey, checkpoint].some((file) => file !== undefined)) {
    const problem = 'keys and checkpoints are compared with files: name one';
    throw failure('cli.usage', { problem, command: 'audit verify' });
  }
  const place = context.place();
  return onControl(place, context.token?.token, async (session) => {
    const { snapshot } = await session.call('subscribe', { topic: 'cluster' });
    const node = snapshot.kind === 'cluster' ? snapshot.self : '';
    const end = await verifyNodeApart(
      node,
      async (from, lines) => {
        const result = await session.call('audit.read', { node, from, lines });
        return { ok: true, result };
      },
      {
        signal: new AbortController().signal,
        onProgress: ({ done, total, records }) => bar.show(done, total, records),
      },
    );
    if (end.ok) return end.report;
    const { status, message: reason } = end.problem;
    throw failure('client.control-refused', {
      endpoint: endpointText(place.endpoint),
      status,
      reason,
    });
  });
}

function textOf(report: VerifyReport): string {
  return [report.sentence, ...report.notes.map((note) => `  ${note}`)]
    .map((line) => `${safeText(line)}\n`)
    .join('');
}

/** The report is plain data; what is undefined in it is left out. */
function valueOf(report: VerifyReport): JsonObject {
  return JSON.parse(JSON.stringify(report)) as JsonObject;
}
