/** Draws one node: facts and gauges at the left, charts at the right, alarms below. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { Chart } from '../../components/chart.tsx';
import { gaugeLine } from '../../components/gauge.ts';
import { KeyValue } from '../../components/key-value.tsx';
import { emptyLineOf, fitBlock, type Line, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { Pane } from '../../components/pane.tsx';
import { wrap } from '../../terminal/fit.ts';
import { join, literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type NodeChart, type NodeView, selectNode } from './node-view.ts';

const leftShare = 0.48;
const chartRows = 4;
const diskWarnAt = 0.75;
const wrappedFactsMax = 3;

export function NodeComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectNode(model);
  const below = linesBelow(view, columns);
  const belowRows = Math.min(below.length, Math.floor(rows / 3));
  const upper = rows - belowRows;
  const left = Math.floor(columns * leftShare);
  return (
    <Box flexDirection="column">
      <Box>
        <Box flexDirection="column">
          <Pane title={view.id} columns={left} rows={factRows(view, upper)} focused>
            <KeyValue facts={view.facts} columns={left - 2} rows={factRows(view, upper) - 2} />
          </Pane>
          <Lines
            lines={fitBlock(
              gaugeLines(view, left),
              left,
              Math.max(0, upper - factRows(view, upper)),
            )}
          />
        </Box>
        <Charts view={view} columns={columns - left} rows={upper} />
      </Box>
      <Lines lines={fitBlock(below, columns, belowRows)} />
    </Box>
  );
}

/** Facts may take two rows; the gauges below need one each. */
function factRows({ facts, gauges }: NodeView, rows: number): number {
  const wanted = facts.length + 2 + wrappedFactsMax;
  return Math.max(4, Math.min(rows - gauges.length, wanted));
}

function gaugeLines({ gauges, empty }: NodeView, columns: number): readonly Line[] {
  if (empty !== undefined) return [emptyLineOf, lineOf(join([literal(' '), empty], ''), 'muted')];
  const labelColumns = Math.min(16, Math.max(0, ...gauges.map(({ label }) => label.length)));
  return gauges.map(({ label, share }) =>
    gaugeLine({ label, labelColumns, share, warnAt: diskWarnAt, columns: columns - 1 }),
  );
}

interface ChartsProps {
  readonly view: NodeView;
  readonly columns: number;
  readonly rows: number;
}

/** As many charts as there is room for, the important ones first. */
function Charts({ view, columns, rows }: ChartsProps): ReactElement {
  const count = Math.max(1, Math.floor(rows / (chartRows + 1)));
  return (
    <Box flexDirection="column" height={rows}>
      {view.charts.slice(0, count).map((chart) => (
        <ChartWithTitle key={chart.title} chart={chart} columns={columns} />
      ))}
    </Box>
  );
}

function ChartWithTitle({
  chart,
  columns,
}: {
  readonly chart: NodeChart;
  readonly columns: number;
}): ReactElement {
  const title: Line = {
    spans: [plain(' '), span(chart.title, 'title'), plain('  '), span(chart.now, 'accent')],
  };
  return (
    <Box flexDirection="column">
      <Lines lines={fitBlock([title], columns, 1)} />
      <Chart
        series={chart.series}
        {...(chart.max !== undefined && { max: chart.max })}
        topLabel={chart.top}
        bottomLabel={literal('0')}
        columns={columns}
        rows={chartRows}
      />
    </Box>
  );
}

/** Alarms first: what happened last gives way on a small screen. */
function linesBelow({ alarms, noAlarms, recent }: NodeView, columns: number): readonly Line[] {
  const standing =
    alarms.length === 0
      ? [lineOf(join([literal(' '), noAlarms.text], ''), noAlarms.token)]
      : alarms.flatMap((alarm) => linesOfAlarm(alarm, columns));
  const lately = recent.map(({ at, what, token }) => ({
    spans: [plain(' '), span(at, 'muted'), plain(' '), span(what, token)],
  }));
  return [...standing, ...lately];
}

function linesOfAlarm(
  { sentence, runbook, token }: NodeView['alarms'][number],
  columns: number,
): readonly Line[] {
  return [
    { spans: [plain(' ! ', token), span(sentence, token)] },
    ...wrap(runbook, columns - 6).map((part) => ({ spans: [plain('     → '), span(part)] })),
  ];
}
