import { counted } from "../../base/counted.ts";
import type { Json } from "../../prep/define-transform.ts";

const shownRows = 10;
const shownColumns = 8;
const cellCharacters = 24;
const valueCharacters = 90;
/** Lists of more values are told by their ends. */
const fewValues = 12;

type Members = { readonly [name: string]: Json };

/** What an analysis found, as lines for a terminal: tables by their first rows, long lists by their ends. */
export function findingLines(data: Json, name = ""): readonly string[] {
  if (isMembers(data))
    return Object.entries(data).flatMap(([member, value]) =>
      findingLines(value, name === "" ? member : `${name}.${member}`),
    );
  const isTable = Array.isArray(data) && data.length > 0 && data.every(isMembers);
  return isTable ? tableLines(name, data) : [`${name}: ${wordsOf(data, valueCharacters)}`];
}

const isMembers = (value: Json): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function tableLines(name: string, rows: readonly Members[]): readonly string[] {
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = all.slice(0, shownColumns);
  const lines = [
    columns,
    ...rows.slice(0, shownRows).map((row) => columns.map((one) => wordsOf(row[one] ?? null, cellCharacters))),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  const isNumber = columns.map((one) => rows.every((row) => typeof (row[one] ?? 0) === "number"));
  const left = [
    ...(rows.length > shownRows ? [`${rows.length - shownRows} more`] : []),
    ...(all.length > shownColumns ? [`also ${all.slice(shownColumns).join(", ")}`] : []),
  ];
  return [
    `${name}:`,
    ...lines.map((line) =>
      `  ${line.map((cell, at) => (isNumber[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join("  ")}`.trimEnd(),
    ),
    ...(left.length > 0 ? [`  (${left.join("; ")})`] : []),
  ];
}

function wordsOf(value: Json, most: number): string {
  if (value === null) return "–";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  const text = Array.isArray(value)
    ? listWords(value)
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function listWords(values: readonly Json[]): string {
  if (values.some((one) => Array.isArray(one))) return counted(values.length, "list");
  if (values.length <= fewValues) return values.map((one) => wordsOf(one, cellCharacters)).join(", ");
  const words = (one: Json) => wordsOf(one, cellCharacters);
  const numbers = values.filter((one) => typeof one === "number");
  if (numbers.length === 0) return `${values.length} values: ${values.slice(0, 3).map(words).join(", ")}, …`;
  const [least, greatest] = [Math.min, Math.max].map((of) => numbers.reduce((a, b) => of(a, b)));
  return `${values.length} values, from ${words(least!)} to ${words(greatest!)}`;
}
