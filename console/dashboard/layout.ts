/** Where each pane of the wallboard stands: rows and columns from the top left of the screen. */
import { wallboardChartColumns, wallboardColumns, wallboardLines } from './limits.ts';

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** A pane that is not there has no room. */
export interface Layout {
  readonly heading: Rectangle;
  readonly requests?: Rectangle;
  readonly latency?: Rectangle;
  readonly load?: Rectangle;
  readonly nodes: Rectangle;
  readonly alarms: Rectangle;
}

const headingRows = 2;
const footerRows = 1;
const alarmRowsMin = 4;
const chartRowsMin = 7;

/** Undefined where nothing can be read any more; the last row is the footer's. */
export function layoutOf(columns: number, rows: number): Layout | undefined {
  if (columns < wallboardColumns || rows < wallboardLines) return undefined;
  const body = rows - headingRows - footerRows;
  const chartRows = Math.floor((body - alarmRowsMin) / 2);
  const hasCharts = columns >= wallboardChartColumns && chartRows >= chartRowsMin;
  return hasCharts ? withCharts(columns, rows, chartRows) : withoutCharts(columns, rows);
}

/** Two rows of charts of the same height, the nodes among them, the alarms below. */
function withCharts(columns: number, rows: number, chartRows: number): Layout {
  const left = Math.floor(columns / 2);
  const right = columns - left;
  const second = headingRows + chartRows;
  const third = second + chartRows;
  return {
    heading: { top: 0, left: 0, width: columns, height: headingRows },
    requests: { top: headingRows, left: 0, width: left, height: chartRows },
    latency: { top: headingRows, left, width: right, height: chartRows },
    load: { top: second, left: 0, width: left, height: chartRows },
    nodes: { top: second, left, width: right, height: chartRows },
    alarms: { top: third, left: 0, width: columns, height: rows - footerRows - third },
  };
}

function withoutCharts(columns: number, rows: number): Layout {
  const nodeRows = Math.ceil((rows - headingRows - footerRows) / 2);
  const below = headingRows + nodeRows;
  return {
    heading: { top: 0, left: 0, width: columns, height: headingRows },
    nodes: { top: headingRows, left: 0, width: columns, height: nodeRows },
    alarms: { top: below, left: 0, width: columns, height: rows - footerRows - below },
  };
}
