import type { InsightsReport, SampleRow } from "../insights-report.ts";
import { countText, type Html, html, numberText, percentText } from "./html.ts";
import { pageTable, type TableColumn } from "./page-table.ts";

/** So many columns of rows are shown: the cards have all. */
const shownColumns = 30;

/** Rows that are equal to others in all columns. */
export function duplicateSection({ duplicates, most, ratio, rows, sets }: InsightsReport["duplicates"]): Html {
  if (duplicates === 0) return html`<p>No row is equal to another in all columns.</p>`;
  return html`<p>${numberText(duplicates)} of ${numberText(rows)} rows (${percentText(ratio)}) are equal to another in all columns, in ${countText(sets, "set")}.</p>${rowsTable(
    "Duplicate rows",
    most.map(({ rows: count, values }) => ({ before: numberText(count), values })),
    "Rows",
  )}`;
}

/** Rows of the table, with what is said of each before its values. */
export function rowsTable(
  title: string,
  rows: readonly { readonly before?: string; readonly values: SampleRow }[],
  before = "",
): Html {
  const names = Object.keys(rows[0]?.values ?? {});
  const columns: TableColumn<(typeof rows)[number]>[] = names.slice(0, shownColumns).map((name) => ({
    title: name,
    value: ({ values }) => values[name] ?? null,
    shown: ({ values }) => cutText(values[name] ?? null),
  }));
  const left = names.length - shownColumns;
  return html`${pageTable(title, before === "" ? columns : [{ title: before, value: (row) => row.before ?? null }, ...columns], rows)}${left > 0 && html`<p class="quiet">${countText(left, "more column is", "more columns are")} not shown here.</p>`}`;
}

const cutText = (text: string | null): string =>
  text === null ? "–" : text.length > 80 ? `${text.slice(0, 80)}…` : text;
