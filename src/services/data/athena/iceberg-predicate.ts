import type { PlainValue } from "../../../iceberg/iceberg-value.ts";
import type { FilePredicate } from "../../../iceberg/plan-files.ts";
import type { IcebergSchema } from "../../../iceberg/table-metadata.ts";
import { valueOfText } from "../../../iceberg/value-text.ts";
import type { Constant, Predicate } from "../../../prep/sql/trino/predicate.ts";

const always: FilePredicate = { all: [] };
/** A text begins with another when it is not before that, and not behind that with the last of all characters. */
const lastCharacter = "\u{10ffff}";

/** Returns what a predicate asks of files; what is not known of files is taken for true. */
export function filePredicate(predicate: Predicate, schema: IcebergSchema): FilePredicate {
  if ("all" in predicate) return { all: predicate.all.map((one) => filePredicate(one, schema)) };
  if ("any" in predicate) return { any: predicate.any.map((one) => filePredicate(one, schema)) };
  const field = schema.fields.find(({ name }) => name.toLowerCase() === predicate.column.toLowerCase());
  if (!field || typeof field.type !== "string") return always;
  const { id: fieldId, type } = field;
  const compared = (constant: Constant, of: (value: PlainValue) => FilePredicate) => {
    const value = constantOf(constant, type);
    return value === undefined ? always : of(value);
  };
  switch (predicate.is) {
    case "=":
      return compared(predicate.value, (value) => ({ fieldId, from: value, to: value }));
    case "<":
    case "<=":
      return compared(predicate.value, (value) => ({ fieldId, to: value }));
    case ">":
    case ">=":
      return compared(predicate.value, (value) => ({ fieldId, from: value }));
    case "in":
      return { any: predicate.values.map((one) => compared(one, (value) => ({ fieldId, from: value, to: value }))) };
    case "starts with":
      return compared(predicate.value, (value) => ({ fieldId, from: value, to: `${value}${lastCharacter}` }));
    case "null":
      return { fieldId, isNull: true };
    case "not null":
    case "<>":
      return { fieldId };
  }
}

/** Which constants are compared with values of a type as they stand. */
const comparable: Readonly<Record<Constant["type"], RegExp>> = {
  integer: /^(int|long|float|double|decimal)/,
  decimal: /^(double|decimal)/,
  double: /^(float|double)/,
  varchar: /^string$/,
  date: /^(date|timestamp)/,
  timestamp: /^timestamp/,
  boolean: /^boolean$/,
};

function constantOf({ text, type }: Constant, column: string): PlainValue | undefined {
  if (!comparable[type].test(column) || /\.\d{7}/.test(type === "timestamp" ? text : "")) return undefined;
  return valueOfText(column, text);
}
