/** A text editor with line numbers and diagnostics; its state is changed by editor-keys.ts. */
import { memo, useRef, type ReactElement } from 'react';
import { editorLines, firstLine, type Diagnostic } from './editor-lines.ts';
import type { EditorState } from './editor-state.ts';
import { fitBlock } from './line.ts';
import { Lines } from './lines.tsx';

export interface EditorProps {
  readonly state: EditorState;
  readonly diagnostics: readonly Diagnostic[];
  readonly focused: boolean;
  readonly columns: number;
  readonly rows: number;
}

export const Editor = memo(function Editor(props: EditorProps): ReactElement {
  const { state, diagnostics, focused, columns, rows } = props;
  const before = useRef(0);
  const area = { columns, rows, focused, before: before.current };
  before.current = firstLine(state, diagnostics, area);
  return <Lines lines={fitBlock(editorLines(state, diagnostics, area), columns, rows)} />;
});
