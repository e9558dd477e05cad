/** `$EDITOR` on a copy of a text that is no secret: what it leaves is taken over, not saved. */
import { requestBytesMax } from '../../../shared/limits.ts';
import type { Effect } from '../model/effect.ts';
import { clean, literal } from '../terminal/safe-text.ts';
import { inEditor } from './editor-file.ts';
import type { Tools } from './tools.ts';

const wordsColumnsMax = 160;

export async function editText(
  tools: Tools,
  { ticket, text, fileName }: Extract<Effect, { kind: 'edit' }>,
): Promise<void> {
  const { store } = tools;
  const end = await inEditor(tools, {
    text,
    name: fileName,
    bytesMax: requestBytesMax,
    isLeftIfLarge: true,
  });
  if (end.kind === 'too-large') {
    const message =
      `it has ${end.bytes} bytes, more than an agent takes; nothing was taken over. ` +
      `The file stays where it is: ${end.file}`;
    const problem = { code: 'client.request-too-large', status: 413, message };
    store.happen({ kind: 'problem', what: literal('edit'), problem });
    return;
  }
  if (end.text !== undefined) store.happen({ kind: 'edited', ticket, text: end.text });
  if (end.kind === 'done') return;
  const taken = end.text === undefined ? 'nothing was taken over' : 'what it left is taken over';
  const words = clean(`the editor failed: ${end.reason}; ${taken}`, wordsColumnsMax);
  store.happen({ kind: 'toast', text: words, tone: 'info' });
}
