import type { ColumnInsights, InsightsReport } from "../insights-report.ts";
import { cardId } from "./column-card.ts";
import { type Html, html, percentText } from "./html.ts";
import { pageTable, type TableColumn } from "./page-table.ts";

/** A row for each column; with a target, the most telling first. */
export function featureTable(report: InsightsReport): Html {
  const { columns, target, warnings: all } = report;
  const counts = new Map<string, number>();
  for (const { column = "" } of all) counts.set(column, (counts.get(column) ?? 0) + 1);
  const places = new Map(columns.map((column, at) => [column, at]));
  const power = (column: ColumnInsights) => column.power?.power ?? null;
  const rows = target ? columns.toSorted((one, other) => (power(other) ?? -1) - (power(one) ?? -1)) : columns;
  const table: readonly TableColumn<ColumnInsights>[] = [
    {
      title: "Column",
      value: ({ column }) => column,
      shown: (one) => html`<a href="#${cardId(places.get(one)!)}">${one.column}</a>`,
    },
    { title: "Type", value: ({ feature }) => feature },
    ...(target
      ? [
          { title: "Prediction power", value: power, isShare: true as const },
          {
            title: "Importance",
            value: ({ importance }: ColumnInsights) => importance ?? null,
            isShare: true as const,
          },
        ]
      : []),
    {
      title: "Missing",
      value: ({ missing, rows: count }) => missing / Math.max(1, count),
      shown: ({ missing, rows: count }) => percentText(missing / Math.max(1, count)),
    },
    {
      title: "Invalid",
      value: ({ invalid, rows: count }) => invalid / Math.max(1, count),
      shown: ({ invalid, rows: count }) => percentText(invalid / Math.max(1, count)),
    },
    { title: "Distinct", value: ({ distinct }) => distinct },
    { title: "Mean", value: ({ numbers }) => numbers?.mean ?? null },
    { title: "Standard deviation", value: ({ numbers }) => numbers?.stddev ?? null },
    { title: "Least", value: ({ numbers }) => numbers?.min ?? null },
    { title: "Median", value: ({ numbers }) => numbers?.median ?? null },
    { title: "Greatest", value: ({ numbers }) => numbers?.max ?? null },
    { title: "Outliers", value: ({ numbers }) => numbers?.outliers ?? null },
    { title: "Warnings", value: ({ column }) => counts.get(column) ?? 0 },
  ];
  return pageTable("Columns", table, rows, ({ column }) => column);
}
