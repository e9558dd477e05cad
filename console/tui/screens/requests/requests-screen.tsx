/** Draws the log of requests. */
import type { ReactElement } from 'react';
import { Pane } from '../../components/pane.tsx';
import { Table } from '../../components/table.tsx';
import { countText } from '../../model/figures.ts';
import { literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { selectRequests } from './requests-view.ts';

export function RequestsComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const { table, hiddenCount } = selectRequests(model);
  const hidden = hiddenCount === 0 ? '' : ` · ${countText(hiddenCount)} hidden`;
  const title = literal(`requests, newest first${hidden}`);
  return (
    <Pane title={title} columns={columns} rows={rows} focused>
      <Table view={table} columns={columns - 2} rows={rows - 2} />
    </Pane>
  );
}
