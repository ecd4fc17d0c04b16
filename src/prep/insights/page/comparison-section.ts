import type { Change, ReportComparison } from "../compare-reports.ts";
import { countText, type Html, html, numberText, percentText } from "./html.ts";
import { pageTable } from "./page-table.ts";

/** What changed between two versions of a table. */
export function comparisonSection({ added, columns, removed, rows, scores, warnings }: ReportComparison): Html {
  const list = (title: string, names: readonly string[]) =>
    names.length > 0 && html`<p><strong>${title}:</strong> ${names.join(", ")}</p>`;
  const changed = ({ after, before }: Change<number | null | string>): string =>
    before === after ? "" : `${words(before)} → ${words(after)}`;
  return html`<p>${countText(rows.before, "row")} before, ${numberText(rows.after)} now.</p>${list("New columns", added)}${list("Columns that are gone", removed)}${list("New warnings", warnings.added.map(named))}${list("Warnings that are gone", warnings.gone.map(named))}${pageTable(
    "Columns of both versions",
    [
      { title: "Column", value: ({ column }) => column },
      { title: "Distance", value: ({ distance }) => distance },
      { title: "Type", value: ({ feature }) => (feature ? changed(feature) : "") },
      {
        title: "Missing",
        value: ({ missing }) => missing.after - missing.before,
        shown: ({ missing }) =>
          missing.before === missing.after
            ? percentText(missing.after)
            : `${percentText(missing.before)} → ${percentText(missing.after)}`,
      },
      { title: "Distinct", value: ({ distinct }) => changed(distinct) },
      { title: "Mean", value: ({ mean }) => (mean ? changed(mean) : "") },
      { title: "Median", value: ({ median }) => (median ? changed(median) : "") },
      { title: "Standard deviation", value: ({ stddev }) => (stddev ? changed(stddev) : "") },
    ],
    columns,
  )}${
    Object.keys(scores).length > 0 &&
    pageTable(
      "Scores of the quick models",
      [
        { title: "Score", value: ({ name }) => name },
        { title: "Before", value: ({ before }) => before },
        { title: "Now", value: ({ after }) => after },
      ],
      Object.entries(scores).map(([name, { after, before }]) => ({ name, before, after })),
    )
  }`;
}

const words = (value: number | string | null): string => (typeof value === "string" ? value : numberText(value));

const named = ({ column, title }: { readonly column?: string; readonly title: string }): string =>
  column === undefined ? title : `${title} (${column})`;
