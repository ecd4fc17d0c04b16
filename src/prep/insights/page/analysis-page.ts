import type { AnalysisResult } from "../../do-analysis.ts";
import { findingTables } from "./finding-tables.ts";
import { countText, Html, html, numberText } from "./html.ts";
import { pageTable } from "./page-table.ts";
import { wholePage } from "./whole-page.ts";

/** Which rows an analysis is of. */
export const lookedWords = ({ method, seed, table, used }: AnalysisResult["rows"]): string =>
  method === "all"
    ? `all ${countText(used, "row")}`
    : `${numberText(used)} of ${countText(table, "row")}, drawn with the seed ${seed}`;

/**
 * What an analysis found as one page of HTML, which asks for nothing from anywhere.
 *
 * @param drawn its picture as SVG, in which texts of the data are escaped
 */
export function analysisPage({ data, name, notes, parameters, rows, title }: AnalysisResult, drawn?: string): string {
  const asked = Object.entries(parameters).filter(([, value]) => value !== null);
  const body = html`${
    notes.length > 0 &&
    html`<section aria-labelledby="notes"><h2 id="notes">What could not be worked out</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`
  }${
    drawn !== undefined &&
    html`<section aria-labelledby="picture"><h2 id="picture">Picture</h2><div class="scroll picture" tabindex="0" role="region" aria-label="The picture, which may be wider than the page"><div role="img" aria-label="Picture of ${title}; the tables below have its figures">${new Html(drawn)}</div></div></section>`
  }<section aria-label="Figures">${findingTables(title, data)}</section>${
    asked.length > 0 &&
    html`<section aria-labelledby="asked"><h2 id="asked">How it was asked for</h2>${pageTable(
      "How it was asked for",
      [
        { title: "Parameter", value: ([parameter]) => parameter },
        { title: "Value", value: ([, value]) => (typeof value === "object" ? JSON.stringify(value) : String(value)) },
      ],
      asked,
    )}</section>`
  }`;
  return wholePage(name ?? title, `${name === undefined ? "" : `${title}. `}It is of ${lookedWords(rows)}.`, body);
}
