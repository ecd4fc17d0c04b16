import { nearest } from "../../../base/nearest.ts";
import { SqlFault } from "./sql-fault.ts";
import {
  arrayOf,
  charOf,
  decimalOf,
  mapOf,
  type PlainTypeName,
  plain,
  type RowField,
  rowOf,
  type SqlType,
  timeOf,
  timestampOf,
  varcharOf,
  varcharType,
  zonedOf,
} from "./sql-type.ts";
import { TokenReader } from "./token-reader.ts";

const plainNames: Readonly<Record<string, PlainTypeName>> = {
  BOOLEAN: "boolean",
  TINYINT: "tinyint",
  SMALLINT: "smallint",
  INTEGER: "integer",
  INT: "integer",
  BIGINT: "bigint",
  REAL: "real",
  FLOAT: "real",
  VARBINARY: "varbinary",
  BINARY: "varbinary",
  DATE: "date",
  JSON: "json",
  UUID: "uuid",
  UNKNOWN: "unknown",
};

/** Reads the text of a column's type, as Trino or Hive writes it. A decimal without a size is Hive's. */
export function readType(text: string): SqlType {
  const reader = new TokenReader(text.replaceAll(/\bdecimal\b(?!\s*\()/gi, "decimal(10,0)"));
  const type = parseType(reader);
  if (reader.token.kind !== "end") throw reader.fault(["<type>"]);
  return type;
}

export const parseType = (reader: TokenReader): SqlType => reader.deeper(() => arraysOf(reader, baseType(reader)));

/** `integer array` is another way of writing `array(integer)`. */
function arraysOf(reader: TokenReader, type: SqlType): SqlType {
  let result = type;
  while (reader.take("ARRAY")) result = arrayOf(result);
  return result;
}

function baseType(reader: TokenReader): SqlType {
  const { at, key } = reader.token;
  if (reader.token.kind !== "word") throw reader.fault(["<type>"]);
  reader.next();
  switch (key) {
    case "DOUBLE":
      reader.take("PRECISION");
      return plain("double");
    case "VARCHAR": {
      const [length] = sizes(reader);
      return length === undefined ? varcharType : varcharOf(length);
    }
    case "STRING":
      return varcharType;
    case "CHAR":
      return charOf(sizes(reader)[0] ?? 1);
    case "DECIMAL":
    case "NUMERIC":
    case "DEC": {
      const [precision = 38, scale = 0] = sizes(reader);
      if (precision < 1 || precision > 38)
        throw new SqlFault("TYPE_MISMATCH", `DECIMAL precision must be in range [1, 38]: ${precision}`, at);
      if (scale > precision)
        throw new SqlFault(
          "TYPE_MISMATCH",
          `DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`,
          at,
        );
      return decimalOf(precision, scale);
    }
    case "TIMESTAMP":
    case "TIME":
      return timeType(reader, key);
    case "ARRAY":
      return arrayOf(enclosed(reader, () => parseType(reader)));
    case "MAP":
      return enclosed(reader, () => {
        const keyType = parseType(reader);
        reader.expect(",");
        return mapOf(keyType, parseType(reader));
      });
    case "ROW":
    case "STRUCT":
      return rowOf(enclosed(reader, () => reader.list(() => rowField(reader))));
    case "INTERVAL":
      return intervalType(reader);
    default: {
      const name = plainNames[key];
      if (name === undefined) throw new SqlFault("TYPE_NOT_FOUND", unknownType(key.toLowerCase()), at);
      return plain(name);
    }
  }
}

const sizes = (reader: TokenReader): number[] =>
  reader.is("(") ? reader.parenthesized(() => reader.list(() => reader.integer())) : [];

function timeType(reader: TokenReader, key: "TIMESTAMP" | "TIME"): SqlType {
  const { at } = reader;
  const [precision = 3] = sizes(reader);
  const zoned = reader.take("WITH", "TIME", "ZONE");
  if (!zoned) reader.take("WITHOUT", "TIME", "ZONE");
  if (precision > 6) throw new SqlFault("NOT_SUPPORTED", `${key} precision above 6 is not supported: ${precision}`, at);
  if (key === "TIMESTAMP") return zoned ? zonedOf(precision) : timestampOf(precision);
  if (zoned) throw new SqlFault("NOT_SUPPORTED", "TIME WITH TIME ZONE is not supported", at);
  return timeOf(precision);
}

function intervalType(reader: TokenReader): SqlType {
  if (reader.take("YEAR")) {
    reader.expect("TO", "MONTH");
    return plain("interval year to month");
  }
  reader.expect("DAY", "TO", "SECOND");
  return plain("interval day to second");
}

/** The types inside another: in parentheses as Trino writes them, in angle brackets as Hive does. */
function enclosed<Item>(reader: TokenReader, read: () => Item): Item {
  if (!reader.take("<")) return reader.parenthesized(read);
  const item = read();
  reader.expect(">");
  return item;
}

/** `a integer`, `a: int` as Hive writes it, or a type alone. */
function rowField(reader: TokenReader): RowField {
  const second = reader.ahead(1);
  if (second.key === ":") {
    const name = reader.next().text.toLowerCase();
    reader.next();
    return { name, type: parseType(reader) };
  }
  const inside = ["PRECISION", "ARRAY", "WITH", "WITHOUT"].includes(second.key) || reader.is("INTERVAL");
  const named = reader.token.kind === "quoted" || (second.kind === "word" && !inside);
  return named ? { name: reader.identifier(), type: parseType(reader) } : { type: parseType(reader) };
}

function unknownType(name: string): string {
  const known = [
    ...Object.keys(plainNames),
    "ARRAY",
    "MAP",
    "ROW",
    "DECIMAL",
    "VARCHAR",
    "CHAR",
    "TIMESTAMP",
    "STRING",
    "DOUBLE",
    "STRUCT",
  ];
  const found = nearest(
    name,
    known.map((one) => one.toLowerCase()),
  );
  return `Unknown type: ${name}${found === undefined ? "" : `. Did you mean '${found}'?`}`;
}
