/** `strongbox policy fmt`: rewrite a policy file in its canonical form. */
import { formatPolicy } from '../../../../shared/policy/format.ts';
import { type Command, defineCommand } from '../../command.ts';
import { replaceFile } from '../../output/replace-file.ts';
import { checkedPolicy, isPolicyProblem, readSource } from './source.ts';

export const command: Command = defineCommand({
  arguments: '<file>',
  argumentTexts: { file: 'File to rewrite; - rewrites standard input to standard output' },
  online: false,
  flags: {
    check: { type: 'switch', description: 'Change nothing; exit code 1 if it would be changed' },
  },
  examples: [
    ['policy fmt app.hcl', 'Rewritten in place; the meaning stays'],
    ['policy fmt --check app.hcl', 'For scripts'],
  ],
  async run({ flags, arguments: [file = ''], context }) {
    const source = await readSource(file, context);
    const formatted = format();
    if (flags.check === true) return formatted === source.text ? 0 : 1;
    if (file === '-') await context.printer.text(formatted);
    else {
      if (formatted !== source.text) replaceFile(file, formatted);
      await context.printer.done(`Formatted: ${file}`);
    }
    return 0;

    function format(): string {
      try {
        return formatPolicy(source.text);
      } catch (error) {
        // All mistakes with their places, not only the first one.
        if (isPolicyProblem(error)) checkedPolicy('policy', source, context);
        throw error;
      }
    }
  },
});
