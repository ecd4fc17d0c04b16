import type {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import type { ValueType } from "../port.ts";

/** The type of a column's values, and how one of DuckDB's becomes one of a batch. */
interface Conversion {
  readonly type: ValueType;
  /** Absent where it is the same. */
  readonly convert?: (value: never) => unknown;
}

type TypeIds = typeof DuckDBTypeId;

/** Returns the conversion of a type. @throws RangeError for a type that no statement of ours gives. */
export function conversionOf(type: DuckDBType, ids: TypeIds): Conversion {
  const asNumber = (value: number | bigint) => Number(value);
  switch (type.typeId) {
    case ids.BOOLEAN:
      return { type: { kind: "boolean" } };
    case ids.TINYINT:
    case ids.SMALLINT:
    case ids.INTEGER:
    case ids.UTINYINT:
    case ids.USMALLINT:
    case ids.UINTEGER:
      return { type: { kind: "integer" }, convert: asNumber };
    case ids.BIGINT:
    case ids.UBIGINT:
    case ids.HUGEINT:
    case ids.UHUGEINT:
      return { type: { kind: "bigint" } };
    case ids.FLOAT:
      return { type: { kind: "float" } };
    case ids.DOUBLE:
      return { type: { kind: "double" } };
    case ids.DECIMAL:
      return { type: { kind: "decimal" }, convert: decimalText };
    case ids.VARCHAR:
    case ids.SQLNULL:
    case ids.ENUM:
      return { type: { kind: "string" } };
    case ids.UUID:
      return { type: { kind: "uuid" }, convert: (value: object) => value.toString() };
    case ids.BLOB:
      return { type: { kind: "binary" }, convert: ({ bytes }: { readonly bytes: Uint8Array }) => bytes };
    case ids.DATE:
      return { type: { kind: "date" }, convert: ({ days }: DuckDBDateValue) => days };
    case ids.TIME:
      return { type: { kind: "time" }, convert: ({ micros }: DuckDBTimeValue) => micros };
    case ids.TIMESTAMP:
    case ids.TIMESTAMP_TZ:
      return { type: { kind: "timestamp" }, convert: ({ micros }: DuckDBTimestampValue) => micros };
    case ids.TIMESTAMP_S:
    case ids.TIMESTAMP_MS:
    case ids.TIMESTAMP_NS:
      return { type: { kind: "timestamp" }, convert: microsOf };
    case ids.LIST:
    case ids.ARRAY: {
      const { valueType } = type as unknown as { readonly valueType: DuckDBType };
      const { type: element, convert } = conversionOf(valueType, ids);
      const each = orNull(convert);
      return {
        type: { kind: "list", element },
        convert: ({ items }: DuckDBListValue) => items.map((item) => each(item as never)),
      };
    }
    case ids.STRUCT: {
      const { entryNames, entryTypes } = type as unknown as {
        readonly entryNames: readonly string[];
        readonly entryTypes: readonly DuckDBType[];
      };
      const parts = entryTypes.map((entry) => conversionOf(entry, ids));
      const each = parts.map(({ convert }) => orNull(convert));
      const fields = parts.map((part, index) => ({ name: entryNames[index]!, type: part.type }));
      return {
        type: { kind: "struct", fields },
        convert: ({ entries }: DuckDBStructValue) =>
          entryNames.map((name, index) => each[index]!(entries[name] as never)),
      };
    }
    case ids.MAP: {
      const { keyType, valueType } = type as unknown as {
        readonly keyType: DuckDBType;
        readonly valueType: DuckDBType;
      };
      const [key, value] = [conversionOf(keyType, ids), conversionOf(valueType, ids)];
      const [ofKey, ofValue] = [orNull(key.convert), orNull(value.convert)];
      return {
        type: { kind: "map", key: key.type, value: value.type },
        convert: ({ entries }: DuckDBMapValue) =>
          entries.map((entry) => [ofKey(entry.key as never), ofValue(entry.value as never)]),
      };
    }
    case ids.INTERVAL:
      return { type: { kind: "interval" } };
    default:
      throw new RangeError(`A result has the type ${type}, which has no place in a batch`);
  }
}

const same = (value: unknown) => value;
const orNull = (convert: ((value: never) => unknown) | undefined): ((value: never) => unknown) =>
  convert === undefined ? same : (value) => (value === null ? null : convert(value));

const microsOf = (value: object): bigint => {
  const { seconds, millis, nanos } = value as { seconds?: bigint; millis?: bigint; nanos?: bigint };
  return seconds !== undefined ? seconds * 1_000_000n : millis !== undefined ? millis * 1000n : nanos! / 1000n;
};

function decimalText({ value, scale }: DuckDBDecimalValue): string {
  if (scale === 0) return value.toString();
  const isNegative = value < 0n;
  const digits = (isNegative ? -value : value).toString().padStart(scale + 1, "0");
  return `${isNegative ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
