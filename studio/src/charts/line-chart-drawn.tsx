import type { TopLevelSpec } from "vega-lite";
import type { Theme } from "../frame/theme.ts";
import { number } from "../values/format.ts";
import type { LineChartProps, Series } from "./series.ts";
import { thinned } from "./thinned.ts";
import { useVega, vegaBase } from "./use-vega.ts";

/** Points of one line that a screen can tell apart. */
const mostPoints = 1000;

const thresholds = { light: "#db0000", dark: "#ff7a7a" };

function specOf({ series, x, unit, threshold }: LineChartProps, width: number, theme: Theme): TopLevelSpec {
  const values = series.flatMap(({ name, points }) => thinned(points, mostPoints).map((point) => ({ ...point, name })));
  const isTime = x === "time";
  const y = { type: "quantitative", title: unit ?? null } as const;
  return {
    ...vegaBase(theme),
    ...{ width, height: 220 },
    data: { values },
    layer: [
      {
        mark: { type: "line", tooltip: true, point: values.length <= 60 * series.length },
        encoding: {
          x: isTime
            ? { field: "x", type: "temporal", title: null }
            : { field: "x", type: "quantitative", title: "Step", axis: { tickMinStep: 1 } },
          y: { ...y, field: "y", scale: { zero: unit === "Count" } },
          color: {
            field: "name",
            type: "nominal",
            title: null,
            legend: series.length > 1 ? { orient: "bottom", columns: 2, labelLimit: 300, symbolType: "stroke" } : null,
          },
          // A line is told from others without its colour too.
          ...(series.length > 1 && { strokeDash: { field: "name", type: "nominal" } }),
        },
      },
      ...(threshold === undefined
        ? []
        : [
            {
              data: { values: [{}] },
              mark: { type: "rule", color: thresholds[theme], strokeDash: [6, 3], size: 2, aria: false },
              encoding: { y: { ...y, datum: threshold } },
            },
          ]),
    ],
  } as TopLevelSpec;
}

export default function LineChartDrawn(props: LineChartProps) {
  const place = useVega(specOf, props);
  return (
    <figure className="chart">
      <figcaption>
        {props.title}
        {props.threshold !== undefined && `, threshold ${number(props.threshold)}`}
      </figcaption>
      {/* Vega gives the element in which it draws a role and a label of its own. */}
      <div
        role="img"
        aria-label={`${props.title}: ${[...props.series.map(inWords), ...limitInWords(props)].join("; ")}`}
      >
        <div ref={place} />
      </div>
    </figure>
  );
}

const inWords = ({ name, points }: Series) => {
  const last = points.at(-1);
  return last ? `${name} ends at ${number(last.y)}` : `${name} has no values`;
};

const limitInWords = ({ threshold }: LineChartProps) =>
  threshold === undefined ? [] : [`the threshold is ${number(threshold)}`];
