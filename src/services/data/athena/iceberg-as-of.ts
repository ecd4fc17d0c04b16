import type { IcebergTable } from "../../../frame/iceberg-table.ts";
import { type Snapshot, schemaOf, snapshotAt, snapshotOf } from "../../../iceberg/table-metadata.ts";
import { valueOfText } from "../../../iceberg/value-text.ts";
import { parseStatement } from "../../../prep/sql/trino/parse-statement.ts";
import type { Expression, Query, TableReference } from "../../../prep/sql/trino/syntax.ts";
import { QueryFailure } from "./athena-faults.ts";
import type { IcebergScan } from "./iceberg-scan.ts";

type AsOf = NonNullable<TableReference["asOf"]>;

/** Answers a query of one value, as the text that a result has. */
export type Evaluate = (query: Query) => Promise<string | undefined>;

/** Returns what a table was at a moment or in a snapshot. @throws QueryFailure when there was none */
export async function scanAsOf(
  table: IcebergTable,
  { kind, value }: AsOf,
  evaluate: Evaluate | undefined,
): Promise<IcebergScan> {
  const snapshot =
    kind === "timestamp"
      ? snapshotAtMoment(table, await momentOf(value, evaluate))
      : snapshotNamed(table, await versionOf(value, evaluate));
  const { metadata } = table;
  return { ...table, snapshot, schema: schemaOf(metadata, snapshot["schema-id"] ?? metadata["current-schema-id"]) };
}

function snapshotAtMoment({ metadata, table }: IcebergTable, moment: number): Snapshot {
  const found = snapshotAt(metadata, moment);
  if (!found)
    throw new QueryFailure(
      `INVALID_ARGUMENTS: No version history table "${table.DatabaseName}"."${table.Name}" at or before ${new Date(moment).toISOString()}`,
    );
  return found;
}

function snapshotNamed({ metadata }: IcebergTable, version: bigint | string): Snapshot {
  if (typeof version === "string") {
    const reference = metadata.refs[version];
    if (!reference) throw new QueryFailure(`INVALID_ARGUMENTS: Cannot find snapshot with reference name: ${version}`);
    return snapshotOf(metadata, reference["snapshot-id"])!;
  }
  const found = metadata.snapshots.find((one) => BigInt(one["snapshot-id"]) === version);
  if (!found) throw new QueryFailure(`INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: ${version}`);
  return found;
}

/** Puts an expression into a query of one value, in the place of its NULL. */
export const queryOf = (text: string, value: Expression): Query => {
  const statement = parseStatement(text) as { readonly query: Query };
  const put = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(put);
    if (typeof node !== "object" || node === null) return node;
    if ((node as { readonly kind?: unknown }).kind === "null") return value;
    return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, put(part)]));
  };
  return put(statement.query) as Query;
};

const notConstant = (what: string) =>
  new QueryFailure(`NOT_SUPPORTED: ${what} of time travel has to be a literal here`);

/** Milliseconds since 1970. */
async function momentOf(value: Expression, evaluate: Evaluate | undefined): Promise<number> {
  if (value.kind === "typed" && /^(timestamp|date)/i.test(value.type)) {
    const literal = valueOfText("timestamptz", value.value);
    if (literal !== undefined) return Number(BigInt(literal as number | bigint) / 1000n);
  }
  if (!evaluate) throw notConstant("the moment");
  const query = queryOf("SELECT to_unixtime(CAST(NULL AS timestamp(6) with time zone))", value);
  const seconds = await evaluate(query);
  if (seconds === undefined || Number.isNaN(Number(seconds)))
    throw new QueryFailure("INVALID_ARGUMENTS: Pointer value cannot be NULL");
  return Math.floor(Number(seconds) * 1000);
}

async function versionOf(value: Expression, evaluate: Evaluate | undefined): Promise<bigint | string> {
  if (value.kind === "string") return value.value;
  if (value.kind === "number" && value.form === "integer") return BigInt(value.text);
  if (!evaluate) throw notConstant("the version");
  const text = await evaluate(queryOf("SELECT CAST(NULL AS varchar)", value));
  if (text === undefined) throw new QueryFailure("INVALID_ARGUMENTS: Pointer value cannot be NULL");
  return /^-?\d+$/.test(text) ? BigInt(text) : text;
}
