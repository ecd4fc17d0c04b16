import type { HiveColumn, PartitionSpec } from "../statement.ts";
import type { TokenReader } from "../token-reader.ts";

/** ('key' = 'value', ...). */
export function properties(reader: TokenReader): Record<string, string> {
  const found: Record<string, string> = {};
  reader.parenthesized(() =>
    reader.list(() => {
      const key = reader.string();
      reader.expect("=");
      found[key] = reader.string();
    }),
  );
  return found;
}

export const columnList = (reader: TokenReader): HiveColumn[] =>
  reader.parenthesized(() => reader.list(() => hiveColumn(reader)));

/** `name type COMMENT 'text'`. Hive's names may be any word. */
export function hiveColumn(reader: TokenReader): HiveColumn {
  const name = anyName(reader);
  reader.take(":");
  const type = hiveType(reader);
  return { name, type, comment: reader.take("COMMENT") ? reader.string() : undefined };
}

export function anyName(reader: TokenReader): string {
  const { kind } = reader.token;
  if (kind !== "word" && kind !== "quoted") throw reader.fault(["<identifier>"]);
  return reader.next().text.toLowerCase();
}

/** The text of a type, which may hold others in brackets. */
export function hiveType(reader: TokenReader): string {
  const { start, kind } = reader.token;
  if (kind !== "word") throw reader.fault(["<type>"]);
  reader.next();
  reader.take("PRECISION");
  if (reader.is("<") || reader.is("(")) {
    let open = 0;
    do {
      const { key, kind: inner } = reader.token;
      if (inner === "end") throw reader.fault(["'>'"]);
      if (key === "<" || key === "(") open++;
      if (key === ">" || key === ")") open--;
      reader.next();
    } while (open > 0);
  }
  return reader.text.slice(start, reader.end).replaceAll(/\s+/g, "").toLowerCase().replace("doubleprecision", "double");
}

/** (year = '2020', month = 1), in DROP with other comparisons too. */
export function partitionSpec(reader: TokenReader): PartitionSpec {
  const values = reader.parenthesized(() =>
    reader.list(() => {
      const key = anyName(reader);
      if (!reader.isOneOf(["=", "==", "<>", "!=", "<", "<=", ">", ">="])) throw reader.fault(["'='"]);
      const operator = reader.next().key;
      return { key, operator: operator === "==" ? "=" : operator, value: constant(reader) };
    }),
  );
  return { values };
}

/** A text, or a number as it is written, or DATE '2020-01-01'. */
function constant(reader: TokenReader): string {
  if (reader.token.kind === "word" && reader.ahead(1).kind === "string") reader.next();
  const sign = reader.take("-") ? "-" : "";
  const { kind, text } = reader.token;
  if (kind !== "string" && kind !== "integer" && kind !== "decimal" && kind !== "word")
    throw reader.fault(["<constant>"]);
  reader.next();
  return sign + text;
}
