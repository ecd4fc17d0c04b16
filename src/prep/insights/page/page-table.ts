import { shareBar } from "./bar-picture.ts";
import { type Html, html, numberText } from "./html.ts";

/** A column of a table. */
export interface TableColumn<Row> {
  readonly title: string;
  /** A number is sorted by its value; null is not there. */
  value(row: Row): string | number | null;
  /** What is shown. Absent: the value. */
  shown?(row: Row): Html | string;
  /** The value is a share, which is drawn as well. */
  readonly isShare?: true;
}

/**
 * A table that is wider than the page is scrolled in its own frame, and sorted by the heads of its columns.
 *
 * @param nameOf the column of the report that a row is about, by which it is found
 */
export function pageTable<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  nameOf?: (row: Row) => string,
): Html {
  const kinds = columns.map(({ value }) => (rows.some((row) => typeof value(row) === "number") ? "number" : "text"));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: ${title}"><table><caption class="hidden">${title}</caption><thead><tr>${columns.map(
    ({ title: name }, at) =>
      html`<th scope="col" data-kind="${kinds[at]!}"${cell(kinds[at] === "number")}><button type="button">${name}</button></th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr${nameOf && html` data-column="${nameOf(row)}"`}>${columns.map(({ isShare, shown, value }, at) => {
        const own = value(row);
        const words = shown?.(row) ?? (typeof own === "number" ? numberText(own) : (own ?? "–"));
        return html`<td data-value="${own ?? ""}"${cell(kinds[at] === "number")}>${isShare && typeof own === "number" && shareBar(own)}${words}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

const cell = (isNumber: boolean): Html => (isNumber ? html` class="number"` : html``);
