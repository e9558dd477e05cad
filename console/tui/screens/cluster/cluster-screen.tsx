/** Draws the home screen: the nodes, the figures of the one that answers, what happened last. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { sparkline } from '../../components/braille.ts';
import { fitLine, type Line, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { Pane } from '../../components/pane.tsx';
import { Table } from '../../components/table.tsx';
import { countText, millisecondsText } from '../../model/figures.ts';
import { literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type ClusterView, selectCluster } from './cluster-view.ts';

const sampleColumns = 16;

export function ClusterComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectCluster(model);
  const below = [figuresLine(view), ...recentLines(view)];
  // The table has what its rows need; what happened last gives way on a small screen.
  const tableRows = Math.min(rows, Math.max(6, Math.min(view.table.rows.length + 4, rows - 3)));
  const hidden = view.hiddenCount === 0 ? '' : ` · ${countText(view.hiddenCount)} hidden`;
  const lines = below.slice(0, rows - tableRows).map((line) => fitLine(line, columns));
  return (
    <Box flexDirection="column">
      <Pane title={literal(`agents${hidden}`)} columns={columns} rows={tableRows} focused>
        <Table view={view.table} columns={columns - 2} rows={tableRows - 2} />
      </Pane>
      <Lines lines={lines} />
    </Box>
  );
}

function figuresLine({ commits, figures, noFigures }: ClusterView): Line {
  if (figures === undefined) return { spans: [plain(' '), span(noFigures, 'muted')] };
  const { agent } = figures;
  return {
    spans: [
      plain(' requests/s ', 'muted'),
      span(countText(agent.requestsPerSecond)),
      plain('  p99 ', 'muted'),
      span(millisecondsText(agent.requestP99Ms)),
      plain('   commits/s ', 'muted'),
      span(sparkline(commits, sampleColumns), 'chart'),
      plain(' '),
      span(countText(agent.commitsPerSecond)),
      plain('   connections ', 'muted'),
      span(countText(agent.connections)),
    ],
  };
}

function recentLines({ recent }: ClusterView): readonly Line[] {
  if (recent.length === 0) return [];
  const lines = recent.map(({ at, what, token }) => ({
    spans: [plain(' '), span(at, 'muted'), plain(' '), span(what, token)],
  }));
  return [{ spans: [plain(' lately', 'title')] }, ...lines];
}
