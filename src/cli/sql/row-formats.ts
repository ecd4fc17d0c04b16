import { onOneLine, textWidth } from "./text-width.ts";

export interface ShownColumn {
  readonly name: string;
  /** In Athena's words. */
  readonly type: string;
}
type Row = readonly (string | undefined)[];

/** Writes the rows of a result as they come, a page at a time. */
export interface RowFormat {
  begin(columns: readonly ShownColumn[]): string;
  page(rows: readonly Row[]): string;
  end(): string;
}

const numbers = ["tinyint", "smallint", "integer", "bigint", "float", "real", "double", "decimal"];
const isNumber = ({ type }: ShownColumn): boolean => numbers.includes(type);

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** CSV as Athena writes it: every value in quotes, and nothing at all for null. */
function csv(): RowFormat {
  return {
    begin: (columns) => `${columns.map(({ name }) => quoted(name)).join(",")}\n`,
    page: (rows) =>
      rows.map((row) => `${row.map((value) => (value === undefined ? "" : quoted(value))).join(",")}\n`).join(""),
    end: () => "",
  };
}

/** One array of objects, an object a line. */
function json(): RowFormat {
  let columns: readonly ShownColumn[] = [];
  let names: readonly string[] = [];
  let isFirst = true;
  return {
    begin(given) {
      columns = given;
      names = distinct(given.map(({ name }) => name)).map((name) => JSON.stringify(name));
      return "[";
    },
    page(rows) {
      return rows
        .map((row) => {
          const members = row.map((value, index) => `${names[index]}:${jsonValue(value, columns[index]!)}`);
          const line = `${isFirst ? "" : ","}\n{${members.join(",")}}`;
          isFirst = false;
          return line;
        })
        .join("");
    },
    end: () => "\n]\n",
  };
}

/** Returns names of which none is another one's: a second "a" is "a_2". */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let number = 2; taken.has(own) || (own !== name && names.includes(own)); number++) own = `${name}_${number}`;
    taken.add(own);
    return own;
  });
}

function jsonValue(value: string | undefined, column: ShownColumn): string {
  if (value === undefined) return "null";
  if (column.type === "boolean") return value;
  // A number is written with all its digits; NaN and Infinity are none in JSON.
  if (isNumber(column) && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:E-?\d+)?$/.test(value)) return value;
  return JSON.stringify(value);
}

const nullText = "NULL";
const shown = (value: string | undefined): string => (value === undefined ? nullText : onOneLine(value));

/**
 * A table with aligned columns. Columns are as wide as the first page needs, and grow with later ones. Where it is wider than
 * the terminal, each row is shown as lines of names and values.
 */
function table(terminalWidth: number | undefined): RowFormat {
  // A terminal that nobody told its size, as in a container, says 0.
  const isKnown = terminalWidth !== undefined && terminalWidth > 0;
  let columns: readonly ShownColumn[] = [];
  let widths: number[] = [];
  let isHeaded = false;
  let isTall = false;
  let count = 0;
  const head = () => {
    isHeaded = true;
    const names = columns.map(({ name }, index) => padded(onOneLine(name), widths[index]!, false));
    return `${line(names, " | ")}${line(
      widths.map((width) => "-".repeat(width)),
      "-+-",
      "-",
    )}`;
  };
  return {
    begin(given) {
      columns = given;
      widths = given.map(({ name }) => textWidth(onOneLine(name)));
      return "";
    },
    page(rows) {
      const texts = rows.map((row) => row.map(shown));
      for (const row of texts)
        for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index]!, textWidth(text));
      if (!isHeaded) isTall = isKnown && widths.reduce((sum, width) => sum + width + 3, -1) > terminalWidth!;
      if (isTall) {
        isHeaded = true;
        return texts.map((row) => tall(++count, columns, row)).join("");
      }
      const heading = isHeaded ? "" : head();
      return heading + texts.map((row) => line(aligned(row, columns, widths), " | ")).join("");
    },
    end: () => (isHeaded ? "" : head()),
  };
}

const line = (cells: readonly string[], between: string, edge = " "): string =>
  `${edge}${cells.join(between)}${edge}`.trimEnd().concat("\n");
const aligned = (row: readonly string[], columns: readonly ShownColumn[], widths: readonly number[]): string[] =>
  row.map((text, index) => padded(text, widths[index]!, isNumber(columns[index]!)));

function padded(text: string, width: number, toRight: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - textWidth(text)));
  return toRight ? blanks + text : text + blanks;
}

function tall(number: number, columns: readonly ShownColumn[], row: readonly string[]): string {
  const names = columns.map(({ name }) => onOneLine(name));
  const width = Math.max(...names.map(textWidth));
  return `-- row ${number}\n${row.map((text, index) => ` ${padded(names[index]!, width, false)} | ${text}\n`).join("")}`;
}

/** Lines of statements that answer with text, as those of Hive do. */
export const textLines: Readonly<Record<FormatName, (rows: readonly Row[]) => string>> = {
  table: (rows) => rows.map(([text = ""]) => `${text.replace(/[^\P{Cc}\t]/gu, "")}\n`).join(""),
  csv: (rows) => rows.map(([text = ""]) => `${quoted(text)}\n`).join(""),
  json: (rows) => `[${rows.map(([text = ""]) => `\n${JSON.stringify(text)}`).join(",")}\n]\n`,
};

export const formatNames = ["table", "csv", "json"] as const;
export type FormatName = (typeof formatNames)[number];

export const rowFormats: Readonly<Record<FormatName, (terminalWidth: number | undefined) => RowFormat>> = {
  table,
  csv,
  json,
};
