import { type Column, type ColumnType, double, text, typeWords } from "./column-type.ts";
import { as, call, column, type Expression } from "./sql/expression.ts";
import { type Relation, select } from "./sql/relation.ts";
import { shortText } from "./sql/short-text.ts";

/** Rows of a table by columns, as kernels take them. All columns have `rows` values, in the order of the table. */
export interface TableSample {
  readonly rows: number;
  readonly columns: readonly SampleColumn[];
}

export type SampleColumn = NumericColumn | CategoricalColumn | OtherColumn;

/** Longs, doubles, booleans as 0 and 1, dates and times as seconds since 1970. NaN is a missing value. */
export interface NumericColumn extends Column {
  readonly kind: "numeric";
  readonly values: Float64Array;
}

/** Texts, long ones shortened: `labels[codes[row]]`; a code of -1 is a missing value. The labels are in the order of their code points. */
export interface CategoricalColumn extends Column {
  readonly kind: "categorical";
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

/** Lists, structs and bytes, of whose values nothing is known but whether they are there. */
export interface OtherColumn extends Column {
  readonly kind: "other";
  readonly present: Uint8Array;
}

/** Of a long text so much is kept: a column of them would be more than memory holds. */
const keptCharacters = 900;

/** Returns the relation whose rows `createTableSample` takes: of each column the values that it keeps. */
export const sampledValues = (input: Relation, columns: readonly Column[]): Relation =>
  select(
    input,
    columns.map((one) => ({ name: one.name, value: kept(column(one)) })),
  );

function kept(value: Expression): Expression {
  switch (value.type.kind) {
    case "text":
      return shortText(value, keptCharacters);
    case "long":
    case "double":
    case "boolean":
      return as(value, double);
    case "date":
    case "timestamp":
      return call("divide", call("microseconds", value), 1_000_000);
    default:
      return as(call("isNotNull", value), double);
  }
}

/** Gathers rows, which come as values of `sampledValues` in batches, column by column. */
export interface TableSampleMaker {
  add(rowCount: number, batch: readonly (readonly unknown[])[]): void;
  finish(): TableSample;
}

/** @param most how many rows there are at most */
export function createTableSample(columns: readonly Column[], most: number): TableSampleMaker {
  const gathered = columns.map((one) => gather(one, most));
  let rows = 0;
  return {
    add(rowCount, batch) {
      for (const [index, values] of batch.entries()) gathered[index]!.add(rows, rowCount, values);
      rows += rowCount;
    },
    finish: () => ({ rows, columns: gathered.map(({ finish }) => finish(rows)) }),
  };
}

interface Gathered {
  add(from: number, count: number, values: readonly unknown[]): void;
  finish(rows: number): SampleColumn;
}

const isNumber = ({ kind }: ColumnType): boolean =>
  kind === "long" || kind === "double" || kind === "boolean" || kind === "date" || kind === "timestamp";

function gather({ name, type }: Column, most: number): Gathered {
  if (type.kind === "text") return gatherTexts({ name, type }, most);
  const values = new Float64Array(most);
  return {
    add(from, count, given) {
      for (let row = 0; row < count; row++) {
        const value = given[row];
        values[from + row] = value === null || value === undefined ? Number.NaN : Number(value);
      }
    },
    finish: (rows) =>
      isNumber(type)
        ? { name, type, kind: "numeric", values: values.subarray(0, rows) }
        : { name, type, kind: "other", present: Uint8Array.from(values.subarray(0, rows)) },
  };
}

function gatherTexts({ name }: Column, most: number): Gathered {
  const codes = new Int32Array(most);
  const known = new Map<string, number>();
  return {
    add(from, count, given) {
      for (let row = 0; row < count; row++) {
        const value = given[row];
        if (value === null || value === undefined) {
          codes[from + row] = -1;
          continue;
        }
        const label = String(value);
        const code = known.get(label) ?? known.size;
        if (code === known.size) known.set(label, code);
        codes[from + row] = code;
      }
    },
    finish(rows) {
      const labels = [...known.keys()].sort(byCodePoint);
      const place = new Int32Array(known.size);
      for (const [index, label] of labels.entries()) place[known.get(label)!] = index;
      const ordered = codes.subarray(0, rows).map((code) => (code < 0 ? -1 : place[code]!));
      return { name, type: text, kind: "categorical", codes: ordered, labels };
    },
  };
}

const byCodePoint = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Returns a column of a sample by its name, which must be there. */
export function sampleColumn({ columns }: TableSample, name: string): SampleColumn {
  const found = columns.find((one) => one.name === name);
  if (found === undefined) throw new Error(`The sample has no column ${name}: the analysis does not take it.`);
  return found;
}

/** The type of a column in the words of results: "long", "list of text". */
export const sampleTypeWords = ({ type }: SampleColumn): string => typeWords(type);
