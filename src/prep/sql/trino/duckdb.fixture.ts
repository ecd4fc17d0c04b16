import * as api from "@duckdb/node-api";
import {
  type DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBDateValue,
  type DuckDBDecimalValue,
  DuckDBInstance,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBTimestampValue,
  type DuckDBTimeValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { addFunctions } from "../../../engines/duckdb/own-functions.ts";
import { nativeFunctions } from "./native/native-functions.ts";
import { readType } from "./parse-type.ts";
import { prelude } from "./prelude.ts";
import type { SqlType } from "./sql-type.ts";

/** DuckDB with the prelude, as an engine process has it. */
export async function openDuckDb(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  addFunctions(connection, nativeFunctions, api);
  for (const statement of prelude) await connection.run(statement);
  return connection;
}

/** The rows of a translated query, in the JSON that Trino's own protocol has for values. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  types: readonly string[],
): Promise<unknown[][]> {
  const parsed = types.map(readType);
  const rows = (await connection.runAndReadAll(sql)).getRows();
  return rows.map((row) => row.map((value, index) => shown(value, parsed[index]!)));
}

function shown(value: DuckDBValue | undefined, type: SqlType): unknown {
  if (value === null || value === undefined || type.name === "unknown") return null;
  switch (type.name) {
    case "bigint":
      return Number(value);
    case "real": {
      const digits = [6, 7, 8, 9].map((count) => Number((value as number).toPrecision(count)));
      return Number.isFinite(value) ? digits.find((one) => Math.fround(one) === value) : String(value);
    }
    case "double":
      return Number.isFinite(value) ? value : String(value);
    case "decimal":
      return decimalText(value as DuckDBDecimalValue);
    case "char":
      return String(value).padEnd(type.length, " ");
    case "varbinary":
      return Buffer.from((value as DuckDBBlobValue).bytes).toString("base64");
    case "timestamp":
      return momentText((value as DuckDBTimestampValue).micros, type.precision);
    case "timestamp with time zone": {
      const { i, z } = (value as DuckDBStructValue).entries;
      return `${momentText(localMicros((i as DuckDBTimestampValue).micros, String(z)), type.precision)} ${z}`;
    }
    case "time":
      return momentText((value as DuckDBTimeValue).micros, type.precision).slice(11);
    case "interval day to second":
      return dayInterval(value as bigint);
    case "interval year to month": {
      const months = Number(value);
      return `${months < 0 ? "-" : ""}${Math.floor(Math.abs(months) / 12)}-${Math.abs(months) % 12}`;
    }
    case "array":
      return (value as DuckDBListValue).items.map((item) => shown(item, type.element));
    case "map":
      return Object.fromEntries(
        (value as DuckDBMapValue).entries.map((entry) => [
          String(shown(entry.key, type.key)),
          shown(entry.value, type.value),
        ]),
      );
    case "row":
      return Object.values((value as DuckDBStructValue).entries).map((item, index) =>
        shown(item, type.fields[index]!.type),
      );
    case "date":
      return (value as DuckDBDateValue).toString();
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
      return value;
    default:
      return String(value);
  }
}

function decimalText({ value, scale }: DuckDBDecimalValue): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

function momentText(micros: bigint, precision: number): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  return precision === 0 ? seconds : `${seconds}.${rest.toString().padStart(6, "0").slice(0, precision)}`;
}

function localMicros(micros: bigint, zone: string): bigint {
  if (zone === "UTC") return micros;
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (offset !== null)
    return micros + BigInt(`${offset[1]}${(Number(offset[2]) * 60 + Number(offset[3])) * 60}`) * 1_000_000n;
  const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(new Date(Number(micros / 1000n)))
    .find((part) => part.type === "timeZoneName")!.value;
  return localMicros(micros, name === "GMT" ? "UTC" : name.slice(3));
}

function dayInterval(value: bigint): string {
  const total = value < 0n ? -value : value;
  const two = (part: bigint) => part.toString().padStart(2, "0");
  const text = `${total / 86_400_000n} ${two((total / 3_600_000n) % 24n)}:${two((total / 60_000n) % 60n)}:${two((total / 1000n) % 60n)}.${(total % 1000n).toString().padStart(3, "0")}`;
  return value < 0n ? `-${text}` : text;
}
