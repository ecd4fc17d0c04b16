import type { InsightsReport } from "./insights-report.ts";

/** The columns of `reportRows`, each with what it says. */
const columns = ["section", "column", "name", "number", "text"] as const;

type Cell = string | number | null | undefined;

/**
 * A report as rows of CSV, for programs that read tables: a row for each figure, with the column that it is of. `number` is
 * empty where the figure is a text, `text` where it is a number.
 */
export function reportRows(report: InsightsReport): string {
  const lines: (readonly [section: string, column: string, name: string, value: Cell])[] = [];
  const add = (section: string, column: string, name: string, value: Cell) => {
    if (value !== null && value !== undefined) lines.push([section, column, name, value]);
  };
  const { columns: own, model, summary, warnings } = report;
  for (const name of ["rows", "columns", "missing", "invalid", "duplicates"] as const)
    add("summary", "", name, summary[name]);
  for (const { column = "", id, severity, text } of warnings) add("warning", column, `${severity}/${id}`, text);
  for (const [name, value] of Object.entries(model?.scores ?? {})) add("model", "", name, value);
  for (const [name, value] of Object.entries(model?.trivial ?? {})) add("trivial model", "", name, value);
  for (const { column, numbers, power, texts, times, top, ...one } of own) {
    for (const [name, value] of Object.entries(one)) add("column", column, name, value);
    for (const [name, value] of Object.entries(numbers ?? {}))
      if (typeof value !== "object") add("numbers", column, name, value);
    for (const [fraction, value] of Object.entries(numbers?.quantiles ?? {})) add("quantile", column, fraction, value);
    for (const [at, rows] of (numbers ?? times)?.histogram.counts.entries() ?? [])
      add("histogram", column, String((numbers ?? times)!.histogram.edges[at]), rows);
    add("times", column, "first", times?.first);
    add("times", column, "last", times?.last);
    for (const [name, value] of Object.entries(texts ?? {}))
      if (typeof value === "number") add("texts", column, name, value);
    for (const { rows, value } of top) add("value", column, value, rows);
    add("column", column, "power", power?.power);
  }
  return [columns, ...lines.map(([section, column, name, value]) => [section, column, name, ...shared(value)])]
    .map((cells) => `${cells.map(quoted).join(",")}\n`)
    .join("");
}

const shared = (value: Cell): readonly [string, string] =>
  typeof value === "number" ? [String(value), ""] : ["", String(value)];

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
