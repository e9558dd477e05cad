/** `strongbox completion`: print a completion script for bash or zsh. */
import { failure } from '../../../shared/errors/failure.ts';
import { type Command, defineCommand } from '../command.ts';

export const command: Command = defineCommand({
  arguments: '<shell..>',
  argumentTexts: { shell: 'bash or zsh' },
  online: false,
  flags: {
    candidates: {
      type: 'switch',
      description: 'Print what can stand at the end of the given words (the scripts use this)',
    },
  },
  examples: [
    ['completion bash >> ~/.bashrc', 'For bash'],
    ['completion zsh > "${fpath[1]}/_strongbox"', 'For zsh'],
  ],
  async run({ flags, arguments: words, context, candidates }) {
    if (flags.candidates === true) {
      const found = await candidates(words);
      await context.printer.text(found.map((candidate) => `${candidate}\n`).join(''));
      return;
    }
    const script = scripts.get(words.join(' '));
    if (script === undefined) {
      const problem = 'it knows the shells bash and zsh';
      throw failure('cli.usage', { problem, command: 'completion' });
    }
    await context.printer.text(script);
  },
});

const bash = `# Completion of strongbox for bash.
_strongbox() {
  local IFS=$'\\n'
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  local found
  found=$(strongbox completion --candidates -- "\${words[@]}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$found" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _strongbox strongbox
`;

const zsh = `#compdef strongbox
# Completion of strongbox for zsh.
_strongbox() {
  local -a found
  found=("\${(@f)$(strongbox completion --candidates -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
if [[ "$funcstack[1]" == _strongbox ]]; then _strongbox "$@"; else compdef _strongbox strongbox; fi
`;

const scripts: ReadonlyMap<string, string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
]);
