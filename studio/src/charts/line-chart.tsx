import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { lazy, Suspense } from "react";
import type { LineChartProps } from "./series.ts";
import { SeriesTable } from "./series-table.tsx";

// The grammar of graphics is the largest package, so only a page with a chart loads it.
const Drawn = lazy(() => import("./line-chart-drawn.tsx"));

/** Lines over steps or time, and their values as a table. */
export const LineChart = (props: LineChartProps) => (
  <SpaceBetween size="xs">
    <Suspense fallback={<Spinner />}>
      <Drawn {...props} />
    </Suspense>
    <SeriesTable {...props} />
  </SpaceBetween>
);
