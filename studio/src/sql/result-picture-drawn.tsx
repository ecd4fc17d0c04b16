import { useEffect, useRef } from "react";
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { type Theme, useTheme } from "../frame/theme.ts";
import { number } from "../values/format.ts";
import { type Picture, pointsOf, scaleOf } from "./picture.ts";
import type { ResultPage } from "./results.ts";

interface Props {
  readonly result: ResultPage;
  readonly picture: Picture;
}

const colours = {
  light: { text: "#424650", line: "#dedee3" },
  dark: { text: "#c6c6cd", line: "#424650" },
};

function specOf({ result, picture }: Props, width: number, theme: Theme): TopLevelSpec {
  const { text, line } = colours[theme];
  const { columns } = result;
  const { mark, x, y, colour } = picture;
  const values = pointsOf(result, picture);
  return {
    width,
    height: 320,
    autosize: { type: "fit", contains: "padding" },
    background: "transparent",
    data: { values },
    mark: { type: mark.toLowerCase(), tooltip: true, ...(mark === "Line" && { point: values.length <= 60 }) },
    encoding: {
      x: {
        field: "x",
        type: scaleOf(columns[x]!),
        title: columns[x]!.name,
        // What a person has ordered stays in that order.
        sort: null,
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
    config: {
      axis: { labelColor: text, titleColor: text, gridColor: line, domainColor: line, tickColor: line },
      legend: { labelColor: text, titleColor: text },
      view: { stroke: line },
    },
  } as TopLevelSpec;
}

export default function ResultPictureDrawn({ result, picture }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = place.current!;
    let view: View | undefined;
    const draw = () => {
      view?.finalize();
      const { spec } = compile(specOf({ result, picture }, Math.max(element.clientWidth, 200), theme));
      // The interpreter evaluates expressions without making functions of texts, which the page's policy forbids.
      view = new View(parse(spec, undefined, { ast: true }), { expr: expressionInterpreter, renderer: "svg" });
      view.initialize(element).run();
    };
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      view?.finalize();
    };
  }, [result, picture, theme]);
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
