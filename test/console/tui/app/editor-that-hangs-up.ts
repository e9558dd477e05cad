/** A console whose line hangs up while `$EDITOR` has a secret; the folder is its argument. */
import { readdir } from 'node:fs/promises';
import { inEditor } from '../../../../console/tui/app/editor-file.ts';
import type { TerminalPort } from '../../../../console/tui/app/terminal-port.ts';
import type { Tools } from '../../../../console/tui/app/tools.ts';

const [, , folder = ''] = process.argv;
const run: TerminalPort['run'] = async () => {
  const [name = 'nothing'] = await readdir(folder);
  process.stdout.write(name);
  return process.exit(0);
};
const tools = {
  terminal: () => ({ run }),
  environment: { XDG_RUNTIME_DIR: folder },
} as unknown as Tools;
await inEditor(tools, { text: 'secret', name: 'a.json', bytesMax: 1_000, isLeftIfLarge: true });
