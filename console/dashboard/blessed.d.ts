/**
 * What the wallboard uses of two packages that bring no types of their own, or none that hold:
 * https://github.com/chjj/blessed and https://github.com/yaronn/blessed-contrib.
 */
declare module 'blessed' {
  export interface Element {
    /** Rows and columns from the top left of the parent, or text such as `50%`. */
    readonly position: { top: number; left: number; width: number; height: number };
    setContent(text: string): void;
    setLabel(text: string): void;
    hide(): void;
    show(): void;
    emit(event: 'attach'): boolean;
  }

  export interface Screen {
    readonly width: number;
    readonly height: number;
    append(element: Element): void;
    key(names: readonly string[], act: () => void): void;
    on(event: 'resize', act: () => void): void;
    render(): void;
    realloc(): void;
    destroy(): void;
  }

  export interface BoxOptions {
    readonly border?: { readonly type: 'line' };
    readonly label?: string;
    readonly padding?: { readonly left: number; readonly right: number };
    readonly wrap?: boolean;
  }

  const blessed: {
    screen(options: {
      readonly smartCSR: boolean;
      readonly fullUnicode: boolean;
      readonly forceUnicode: boolean;
      readonly title: string;
      readonly output: NodeJS.WritableStream;
    }): Screen;
    box(options: BoxOptions): Element;
  };
  export default blessed;
}

declare module 'blessed-contrib' {
  import type { BoxOptions, Element } from 'blessed';

  export interface Series {
    readonly title: string;
    readonly x: readonly string[];
    readonly y: readonly number[];
    readonly style: { readonly line: string };
  }

  export interface LineChart extends Element {
    readonly options: { maxY: number };
    setData(series: readonly Series[]): void;
  }

  const contrib: {
    line(
      options: BoxOptions & {
        readonly showLegend: boolean;
        readonly style: { readonly text: string; readonly baseline: string };
        readonly minY: number;
        readonly numYLabels: number;
      },
    ): LineChart;
  };
  export default contrib;
}
