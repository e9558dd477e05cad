/**
 * The wallboard's screen on blessed and blessed-contrib. What of them needs care: a chart makes its
 * canvas when it is attached, so it is told so again after each resize; without `fullUnicode` wide
 * characters become `?`; its legends and tables read `{…}` as markup, so there are none of them.
 */
import blessed, { type Element, type Screen } from 'blessed';
import contrib, { type LineChart } from 'blessed-contrib';
import { type Layout, layoutOf } from './layout.ts';
import { wallboardColumns, wallboardLines } from './limits.ts';
import { painted } from './paint.ts';
import { type Chart, type Line, nodesHeading, type WallboardView } from './view.ts';

/** Colours of the curves, in the widgets' words and as SGR codes. */
const curveColours = [
  { line: 'cyan', code: 36 },
  { line: 'yellow', code: 33 },
  { line: 'magenta', code: 35 },
  { line: 'white', code: 37 },
] as const;
/** The chart's scale ends this much above its highest value. */
const headroom = 1.2;
/** Corners of a pane's border, and the blanks around its label. */
const borderColumns = 6;

export class WallboardScreen {
  readonly #screen: Screen;
  readonly #heading: Element;
  readonly #requests: LineChart;
  readonly #latency: LineChart;
  readonly #load: LineChart;
  readonly #nodes: Element;
  readonly #alarms: Element;
  readonly #footer: Element;
  #view: WallboardView | undefined;

  constructor(output: NodeJS.WriteStream, onClose: () => void) {
    const title = 'StrongBox wallboard';
    // First of all: an element belongs to the screen that there is when it is made.
    this.#screen = blessed.screen({ ...screenOptions, title, output });
    this.#heading = blessed.box({});
    this.#requests = lineChart();
    this.#latency = lineChart();
    this.#load = lineChart();
    this.#nodes = pane('nodes');
    this.#alarms = pane('alarms');
    this.#footer = blessed.box({});
    for (const element of this.#elements()) this.#screen.append(element);
    this.#screen.key(['q', 'escape', 'C-c'], onClose);
    this.#screen.key(['C-l'], () => {
      this.#screen.realloc();
      this.#draw();
    });
    this.#screen.on('resize', () => {
      this.#place();
      this.#draw();
    });
    this.#place();
  }

  show(view: WallboardView): void {
    this.#view = view;
    this.#draw();
  }

  /** Gives the terminal back. */
  close(): void {
    this.#screen.destroy();
  }

  #elements(): readonly Element[] {
    return [...this.#panes().values(), this.#footer];
  }

  #panes(): ReadonlyMap<keyof Layout, Element> {
    return new Map<keyof Layout, Element>([
      ['heading', this.#heading],
      ['requests', this.#requests],
      ['latency', this.#latency],
      ['load', this.#load],
      ['nodes', this.#nodes],
      ['alarms', this.#alarms],
    ]);
  }

  #place(): void {
    const { width, height } = this.#screen;
    const layout = layoutOf(width, height);
    for (const [name, element] of this.#panes()) {
      const rectangle = layout?.[name];
      if (rectangle === undefined) element.hide();
      else {
        Object.assign(element.position, rectangle);
        element.show();
      }
    }
    Object.assign(this.#footer.position, { top: height - 1, left: 0, width, height: 1 });
    for (const chart of [this.#requests, this.#latency, this.#load]) chart.emit('attach');
  }

  #draw(): void {
    const view = this.#view;
    if (view === undefined) return;
    const layout = layoutOf(this.#screen.width, this.#screen.height);
    this.#footer.setContent(layout === undefined ? smallText : ' q close   C-l redraw');
    this.#heading.setContent(lines([view.title, view.sentence]));
    if (layout?.requests !== undefined) {
      drawChart(this.#requests, view.requests);
      drawChart(this.#latency, view.latency);
      drawChart(this.#load, view.load);
    }
    this.#nodes.setContent(lines([{ text: nodesHeading, tone: 'muted' }, ...view.nodes]));
    this.#alarms.setContent(lines(view.alarms));
    this.#screen.render();
  }
}

/** A terminal without Unicode could not show the curves either. */
const screenOptions = { smartCSR: true, fullUnicode: true, forceUnicode: true } as const;

const smallText = ` the wallboard needs ${wallboardColumns}x${wallboardLines}   q close`;

function pane(label: string): Element {
  const padding = { left: 1, right: 1 };
  return blessed.box({ border: { type: 'line' }, label: ` ${label} `, padding, wrap: false });
}

function lineChart(): LineChart {
  return contrib.line({
    border: { type: 'line' },
    showLegend: false,
    style: { text: 'white', baseline: 'white' },
    minY: 0,
    numYLabels: 3,
  });
}

function drawChart(element: LineChart, chart: Chart): void {
  element.setLabel(labelOf(chart, element.position.width));
  if (chart.times.length === 0) return;
  const highest = Math.max(...chart.curves.flatMap(({ values }) => values), 0);
  // A scale of nothing divides by nothing.
  element.options.maxY = chart.scaleMax ?? (highest > 0 ? highest * headroom : 1);
  element.setData(
    chart.curves.map(({ title, values }, index) => ({
      title,
      x: chart.times,
      y: values,
      style: { line: colourOf(index).line },
    })),
  );
}

/** What the chart shows, and each curve's newest value in its colour, as far as there is room. */
function labelOf({ title, curves }: Chart, columns: number): string {
  let label = ` ${title}`;
  let room = columns - borderColumns - title.length;
  for (const [index, curve] of curves.entries()) {
    const text = `${curve.title} ${(curve.values.at(-1) ?? 0).toFixed(1)}`;
    room -= text.length + 2;
    if (room < 0) break;
    label += `  \u001b[${colourOf(index).code}m${text}\u001b[m`;
  }
  return `${label} `;
}

function colourOf(index: number): (typeof curveColours)[number] {
  return curveColours[index % curveColours.length] ?? curveColours[0];
}

function lines(all: readonly Line[]): string {
  return all.map(painted).join('\n');
}
