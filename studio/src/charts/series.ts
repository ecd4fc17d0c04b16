export interface Point {
  /** A step, or milliseconds since 1970. */
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface LineChartProps {
  readonly title: string;
  readonly series: readonly Series[];
  readonly x: "step" | "time";
  readonly unit?: string | undefined;
  /** A value that the lines should stay on one side of. */
  readonly threshold?: number | undefined;
}
