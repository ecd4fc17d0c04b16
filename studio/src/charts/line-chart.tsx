import SpaceBetween from "@cloudscape-design/components/space-between";
import { deferred } from "../frame/deferred.tsx";
import type { LineChartProps } from "./series.ts";
import { SeriesTable } from "./series-table.tsx";

// The grammar of graphics is the largest package, so only a page with a chart loads it.
const Drawn = deferred(() => import("./line-chart-drawn.tsx"));

/** Loads what draws a chart, while what it shows is read. */
export const prepareChart = (): void => Drawn.prepare();

/** Lines over steps or time, and their values as a table. */
export const LineChart = (props: LineChartProps) => (
  <SpaceBetween size="xs">
    <Drawn {...props} />
    <SeriesTable {...props} />
  </SpaceBetween>
);
