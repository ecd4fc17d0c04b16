/** A type of Trino. */
export type SqlType =
  | { readonly name: PlainTypeName }
  | { readonly name: "decimal"; readonly precision: number; readonly scale: number }
  /** Without a length it is unbounded. */
  | { readonly name: "varchar"; readonly length?: number }
  | { readonly name: "char"; readonly length: number }
  | { readonly name: "time" | "timestamp" | "timestamp with time zone"; readonly precision: number }
  | { readonly name: "array"; readonly element: SqlType }
  | { readonly name: "map"; readonly key: SqlType; readonly value: SqlType }
  | { readonly name: "row"; readonly fields: readonly RowField[] };

export type PlainTypeName =
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "varbinary"
  | "date"
  | "json"
  | "uuid"
  | "interval day to second"
  | "interval year to month"
  | "unknown";

export interface RowField {
  readonly name?: string;
  readonly type: SqlType;
}

export const plain = (name: PlainTypeName): SqlType => ({ name });
export const booleanType = plain("boolean");
export const integerType = plain("integer");
export const bigintType = plain("bigint");
export const doubleType = plain("double");
export const varbinaryType = plain("varbinary");
export const dateType = plain("date");
export const jsonType = plain("json");
export const uuidType = plain("uuid");
export const unknownType = plain("unknown");
export const dayIntervalType = plain("interval day to second");
export const yearIntervalType = plain("interval year to month");
export const varcharType: SqlType = { name: "varchar" };
export const varcharOf = (length: number): SqlType => ({ name: "varchar", length });
export const charOf = (length: number): SqlType => ({ name: "char", length });
export const decimalOf = (precision: number, scale: number): SqlType => ({ name: "decimal", precision, scale });
export const timestampOf = (precision: number): SqlType => ({ name: "timestamp", precision });
export const zonedOf = (precision: number): SqlType => ({ name: "timestamp with time zone", precision });
export const timeOf = (precision: number): SqlType => ({ name: "time", precision });
export const arrayOf = (element: SqlType): SqlType => ({ name: "array", element });
export const mapOf = (key: SqlType, value: SqlType): SqlType => ({ name: "map", key, value });
export const rowOf = (fields: readonly RowField[]): SqlType => ({ name: "row", fields });

/** The type as Trino writes it: `decimal(10,2)`, `array(row(a integer))`, `timestamp(3) with time zone`. */
export function typeText(type: SqlType): string {
  switch (type.name) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "varchar":
      return type.length === undefined ? "varchar" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "time":
    case "timestamp":
      return `${type.name}(${type.precision})`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${typeText(type.element)})`;
    case "map":
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case "row":
      return `row(${type.fields.map(fieldText).join(", ")})`;
    default:
      return type.name;
  }
}

const fieldText = ({ name, type }: RowField): string => {
  if (name === undefined) return typeText(type);
  return `${/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`} ${typeText(type)}`;
};

export const sameType = (left: SqlType, right: SqlType): boolean => typeText(left) === typeText(right);

const integerNames = ["tinyint", "smallint", "integer", "bigint"];
const integerDigits: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

export const isInteger = (type: SqlType): boolean => integerNames.includes(type.name);
export const isFloating = (type: SqlType): boolean => type.name === "double" || type.name === "real";
export const isNumeric = (type: SqlType): boolean => isInteger(type) || isFloating(type) || type.name === "decimal";
export const isText = (type: SqlType): boolean => type.name === "varchar" || type.name === "char";
export const isInterval = (type: SqlType): boolean => type.name.startsWith("interval");

/** The decimal type that holds every value of an integer type, or the decimal itself. */
export function asDecimal(type: SqlType): { precision: number; scale: number } | undefined {
  if (type.name === "decimal") return type;
  const precision = integerDigits[type.name];
  return precision === undefined ? undefined : { precision, scale: 0 };
}
