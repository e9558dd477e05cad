import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Editor } from '../../../../console/tui/components/editor.tsx';
import { editorOf, moveTo } from '../../../../console/tui/components/editor-state.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';

const size = { columns: 40, rows: 6, focused: true };
const policy = 'path "secret/data/*" {\n\tcapabilities = ["red"]\n}\n';

test('an editor numbers its lines and says under a line what is wrong in it', async () => {
  const diagnostics = [
    {
      line: 2,
      column: 4,
      message: literal('unknown capability "red"'),
      severity: 'error' as const,
    },
  ];
  await using terminal = await mount(
    <Editor state={editorOf(policy)} diagnostics={diagnostics} {...size} />,
  );
  assert.deepEqual(terminal.screen().slice(0, 6), [
    ' 1 path "secret/data/*" {',
    ' 2 » capabilities = ["red"]',
    '      ^ unknown capability "red"',
    ' 3 }',
    ' 4',
    '',
  ]);
});

test('the cursor is a cell of its own, also at the end of a line and on a wide letter', async () => {
  const at = async (text: string, column: number): Promise<number> => {
    const state = moveTo(editorOf(text), { row: 0, column });
    await using terminal = await mount(<Editor state={state} diagnostics={[]} {...size} />);
    const cells = Array.from({ length: 40 }, (_, x) => terminal.cell(x, 0).inverse);
    return cells.indexOf(true);
  };
  assert.equal(await at('abc', 1), 4);
  assert.equal(await at('abc', 3), 6);
  assert.equal(await at('日本', 1), 5);
  assert.equal(await at('\tx', 1), 5);
});

test('an editor without the keyboard shows no cursor', async () => {
  const tree = <Editor state={editorOf('abc')} diagnostics={[]} {...size} focused={false} />;
  await using terminal = await mount(tree);
  assert.equal(terminal.cell(3, 0).inverse, false);
});

test('the cursor stays in sight: in long texts, in long lines, and above what is said', async () => {
  const long = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join('\n');
  const diagnostics = [
    { line: 30, column: 1, message: literal('wrong'), severity: 'error' as const },
  ];
  const state = moveTo(editorOf(long), { row: 29, column: 0 });
  await using terminal = await mount(<Editor state={state} diagnostics={diagnostics} {...size} />);
  assert.deepEqual(terminal.screen().slice(4, 6), ['30 line 30', '   ^ wrong']);
  const wide = moveTo(editorOf(`${'x'.repeat(100)}END`), { row: 0, column: 103 });
  await terminal.rerender(<Editor state={wide} diagnostics={[]} {...size} />);
  assert.match(terminal.screen()[0] ?? '', /^ 1 x+END$/);
  const back = moveTo(editorOf(long), { row: 0, column: 0 });
  await terminal.rerender(<Editor state={back} diagnostics={[]} {...size} />);
  assert.equal(terminal.screen()[0], ' 1 line 1');
});

test('hostile text is shown by number, line by line, and cuts nothing else', async () => {
  const state = moveTo(editorOf('a\u001b[2Jb\nabc\u202edef\nend'), { row: 2, column: 0 });
  await using terminal = await mount(<Editor state={state} diagnostics={[]} {...size} />);
  assert.deepEqual(terminal.screen().slice(0, 3), [
    ' 1 a\\u{1b}[2Jb',
    ' 2 abc\\u{202e}def',
    ' 3 end',
  ]);
});

test('of a line of a quarter million characters only what is seen is drawn', async (context) => {
  const { normalize } = String.prototype;
  const counted = context.mock.method(String.prototype, 'normalize', function (this: string) {
    return normalize.call(this);
  });
  const state = moveTo(editorOf('\n'.concat('\u0007'.repeat(200_000))), { row: 0, column: 0 });
  await using terminal = await mount(<Editor state={state} diagnostics={[]} {...size} />);
  assert.match(terminal.screen()[1] ?? '', /^ 2 \\u\{7\}\\u\{7\}/);
  assert.ok(counted.mock.callCount() < 10_000, `${counted.mock.callCount()} letters`);
});
