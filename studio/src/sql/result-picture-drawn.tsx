import { useMemo } from "react";
import type { TopLevelSpec } from "vega-lite";
import { useVega, vegaBase } from "../charts/use-vega.ts";
import type { Theme } from "../frame/theme.ts";
import { number } from "../values/format.ts";
import { type Picture, pointsOf, scaleOf } from "./picture.ts";
import type { ResultPage } from "./results.ts";

interface Props {
  readonly result: ResultPage;
  readonly picture: Picture;
}

function specOf({ result, picture }: Props, width: number, theme: Theme): TopLevelSpec {
  const { columns } = result;
  const { mark, x, y, colour } = picture;
  const values = pointsOf(result, picture);
  return {
    ...vegaBase(theme),
    ...{ width, height: 320 },
    data: { values },
    mark: { type: mark.toLowerCase(), tooltip: true, ...(mark === "Line" && { point: values.length <= 60 }) },
    encoding: {
      x: {
        field: "x",
        type: scaleOf(columns[x]!),
        title: columns[x]!.name,
        // What a person has ordered stays in that order, and times are those that the rows say.
        sort: null,
        ...(scaleOf(columns[x]!) === "temporal" && { scale: { type: "utc" } }),
        axis: { labelLimit: 120, labelOverlap: true },
      },
      y: { field: "y", type: "quantitative", title: columns[y]!.name, scale: { zero: mark === "Bar" } },
      ...(colour !== undefined && {
        color: {
          field: "colour",
          type: "nominal",
          title: columns[colour]!.name,
          legend: { orient: "bottom", columns: 3, labelLimit: 200, symbolLimit: 30 },
        },
      }),
      // A line or point is told from others without its colour too.
      ...(colour !== undefined && mark === "Line" && { strokeDash: { field: "colour", type: "nominal" } }),
      ...(colour !== undefined && mark === "Point" && { shape: { field: "colour", type: "nominal" } }),
    },
  } as TopLevelSpec;
}

export default function ResultPictureDrawn({ result, picture }: Props) {
  const place = useVega(
    specOf,
    useMemo(() => ({ result, picture }), [result, picture]),
  );
  const { columns, rows } = result;
  const { mark, x, y, colour } = picture;
  const by = colour === undefined ? "" : `, by ${columns[colour]!.name}`;
  const title = `${columns[y]!.name} over ${columns[x]!.name}${by}`;
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      {/* Vega gives the element in which it draws a role and a label of its own; the grid has the values. */}
      <div role="img" aria-label={`${mark} chart of ${title}: ${number(rows.length)} rows`}>
        <div ref={place} />
      </div>
    </figure>
  );
}
