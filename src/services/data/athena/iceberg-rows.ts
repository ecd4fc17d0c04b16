import type { Context } from "../../../frame/context.ts";
import { readManifests } from "../../../frame/iceberg-table.ts";
import type { Whole } from "../../../iceberg/avro-codec.ts";
import type { PlainValue } from "../../../iceberg/iceberg-value.ts";
import { type DataFile, statuses } from "../../../iceberg/manifest.ts";
import type { IcebergScan } from "./iceberg-scan.ts";

export type Caller = Pick<Context, "call">;
export type Column = readonly [name: string, type: string];

/** The rows of a table that stands behind a table: texts of SQL, one for each column. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export const text = (value: string | undefined): string =>
  value === undefined ? "NULL" : `'${value.replaceAll("'", "''")}'`;
export const whole = (value: Whole | undefined): string => (value === undefined ? "NULL" : `CAST(${value} AS BIGINT)`);
export const int = (value: Whole | undefined): string => (value === undefined ? "NULL" : `CAST(${value} AS INTEGER)`);
export const moment = (milliseconds: number): string =>
  `{i: make_timestamp(CAST(${milliseconds * 1000} AS BIGINT)), z: 'UTC'}`;

type LiveFile = { readonly file: DataFile; readonly specId: number };

/** The files of a snapshot, those of deletes too. */
export async function liveFiles({ snapshot }: IcebergScan, context: Caller): Promise<LiveFile[]> {
  const manifests = await readManifests(context, snapshot);
  return manifests.flatMap(([{ specId }, entries]) =>
    entries.filter(({ status }) => status !== statuses.deleted).map(({ file }) => ({ file, specId })),
  );
}

const decimals = /^decimal\(\s*\d+\s*,\s*(\d+)/;

/** A value as texts show it. */
export function shownValue(type: string, value: PlainValue): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (type === "date") return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
  if (type.startsWith("timestamp")) {
    const micros = BigInt(value as Whole);
    const rest = ((micros % 1000n) + 1000n) % 1000n;
    const start = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -1);
    return `${start}${String(rest).padStart(3, "0")}${type === "timestamptz" ? "+00:00" : ""}`;
  }
  const scale = Number(decimals.exec(type)?.[1] ?? 0);
  if (scale === 0) return String(value);
  const digits = String(value)
    .replace("-", "")
    .padStart(scale + 1, "0");
  return `${String(value).startsWith("-") ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
