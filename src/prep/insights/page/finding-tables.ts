import type { Json } from "../../define-transform.ts";
import { type Html, html, numberText } from "./html.ts";
import { pageTable, type TableColumn } from "./page-table.ts";

/** So many rows of a table are shown; the file has all. */
const mostRows = 200;

type Members = { readonly [name: string]: Json };

const isMembers = (value: Json): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What an analysis found as tables: each list of like things is one, and what stands alone is named with its value. */
export function findingTables(title: string, data: Json): Html {
  const members = Object.entries(isMembers(data) ? data : Array.isArray(data) ? { [title]: data } : { value: data });
  const alone = members.filter(([, value]) => !isTable(value));
  return html`<div class="figures">${members.map(([name, value]) => isTable(value) && tableOf(name, value))}${
    alone.length > 0 &&
    pageTable(
      `${title}: figures`,
      [
        { title: "Name", value: ([name]: readonly [string, Json]) => wordsOf(name) },
        { title: "Value", value: ([, value]: readonly [string, Json]) => cellOf(value) },
      ],
      alone,
    )
  }</div>`;
}

const isTable = (value: Json): value is readonly Members[] =>
  Array.isArray(value) && value.length > 0 && value.every(isMembers);

function tableOf(name: string, rows: readonly Members[]): Html {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map(
    (column): TableColumn<Members> => ({ title: wordsOf(column), value: (row) => cellOf(row[column] ?? null) }),
  );
  return html`<h2>${wordsOf(name)}</h2>${pageTable(wordsOf(name), columns, rows.slice(0, mostRows))}${rows.length > mostRows && html`<p class="quiet">The first ${numberText(mostRows)} of ${numberText(rows.length)} are shown.</p>`}`;
}

/** "meanLength" is "Mean length". */
function wordsOf(name: string): string {
  const words = name.replaceAll(
    /([a-z\d])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  );
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const isPlainList = (value: Json): value is readonly (string | number)[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number");

const shownCharacters = 300;

function cellOf(value: Json): string | number | null {
  if (value === null || typeof value === "number") return value;
  const text = typeof value === "string" ? value : isPlainList(value) ? value.join(", ") : JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
