import type { ResultColumn, ResultPage } from "./results.ts";

export const marks = ["Line", "Bar", "Point"] as const;
export type Mark = (typeof marks)[number];

/** What of a result a picture shows: columns by their place. */
export interface Picture {
  readonly mark: Mark;
  readonly x: number;
  readonly y: number;
  readonly colour?: number;
}

export type Scale = "quantitative" | "temporal" | "nominal";

export const scaleOf = ({ type, isNumber }: ResultColumn): Scale =>
  isNumber ? "quantitative" : /^(date|timestamp)/.test(type) ? "temporal" : "nominal";

/** Most values by which lines are told apart. */
const mostColours = 12;

/** A picture to begin with; undefined where there are no numbers to show. */
export function startOf({ columns, rows }: ResultPage): Picture | undefined {
  const places = columns.map((_, index) => index);
  const scale = (index: number) => scaleOf(columns[index]!);
  const y = places.findLast((index) => columns[index]!.isNumber);
  if (y === undefined || rows.length === 0) return undefined;
  const others = places.filter((index) => index !== y);
  const x =
    others.find((index) => scale(index) === "temporal") ??
    others.find((index) => scale(index) === "nominal") ??
    others[0] ??
    y;
  const colour = others.find(
    (index) => index !== x && scale(index) === "nominal" && new Set(rows.map((row) => row[index])).size <= mostColours,
  );
  const mark = scale(x) === "temporal" ? "Line" : scale(x) === "nominal" ? "Bar" : "Point";
  return { mark, x, y, ...(colour !== undefined && { colour }) };
}

/** The rows that a picture is drawn from; those without a value up are left out. */
export function pointsOf({ columns, rows }: ResultPage, { x, y, colour }: Picture): object[] {
  const read = (index: number, value: string | undefined) => {
    const scale = scaleOf(columns[index]!);
    if (value === undefined) return null;
    if (scale === "quantitative") return Number(value);
    // Athena's times have a blank where ISO 8601 has a T; without a zone they are UTC.
    return scale === "temporal"
      ? Date.parse(`${value.slice(0, 23).replace(" ", "T")}${value.length > 10 ? "Z" : ""}`)
      : value;
  };
  return rows
    .filter((row) => row[y] !== undefined && Number.isFinite(Number(row[y])))
    .map((row) => ({
      x: read(x, row[x]),
      y: Number(row[y]),
      ...(colour !== undefined && { colour: row[colour] ?? "null" }),
    }));
}
