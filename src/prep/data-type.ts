import { boolean, type ColumnType, date, double, long, text, timestamp } from "./column-type.ts";

/** The types of values in Data Wrangler's words, with those of plans. */
export const dataTypes = {
  bool: boolean,
  date,
  datetime: timestamp,
  float: double,
  long,
  string: text,
} as const satisfies Readonly<Record<string, ColumnType>>;

export type DataType = keyof typeof dataTypes;

export const isDataType = (word: string): word is DataType => Object.hasOwn(dataTypes, word);

/** The word for a type; those that no step parses are "object". */
export const dataTypeOf = ({ kind }: ColumnType): string => {
  if (kind === "list" || kind === "vector") return "array";
  if (kind === "struct") return "struct";
  return (Object.keys(dataTypes) as DataType[]).find((word) => dataTypes[word].kind === kind) ?? "object";
};
