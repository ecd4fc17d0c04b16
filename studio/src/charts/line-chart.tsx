import Spinner from "@cloudscape-design/components/spinner";
import { lazy, Suspense } from "react";
import type { LineChartProps } from "./series.ts";

// The grammar of graphics is the largest package, so only a page with a chart loads it.
const Drawn = lazy(() => import("./line-chart-drawn.tsx"));

/** Lines over steps or time. */
export const LineChart = (props: LineChartProps) => (
  <Suspense fallback={<Spinner />}>
    <Drawn {...props} />
  </Suspense>
);
