import type { PartitionSpec } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";
import { isNumberKey } from "./key-order.ts";
import type { QueryRun } from "./query-run.ts";

const unnamed = ({ DatabaseName, Name: table, PartitionKeys = [] }: CatalogTable): QueryFailure =>
  new QueryFailure(
    `FAILED: SemanticException [Error 10006]: a partition of ${DatabaseName}.${table} is named by the values of ${PartitionKeys.map(({ Name }) => Name).join(", ") || "no key"}`,
  );

/** Returns the values of a partition in the order of the table's keys. */
export function valuesOf(table: CatalogTable, { values }: PartitionSpec): string[] {
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name);
  const unknown = values.find(({ key, operator }) => operator !== "=" || !keys.includes(key));
  if (unknown || values.length !== keys.length) throw unnamed(table);
  return keys.map((key) => values.find((one) => one.key === key)!.value);
}

/** Returns the partitions that DROP PARTITION names: by all keys, or each that some keys and comparisons hold of. */
export async function partitionsNamed(
  specs: readonly PartitionSpec[],
  table: CatalogTable,
  run: QueryRun,
): Promise<{ Values: string[] }[]> {
  const keys = table.PartitionKeys ?? [];
  const found = new Map<string, string[]>();
  for (const spec of specs) {
    const isWhole = spec.values.length === keys.length && spec.values.every(({ operator }) => operator === "=");
    const named = isWhole ? [valuesOf(table, spec)] : await partitionsThat(spec, table, run);
    for (const values of named) found.set(JSON.stringify(values), values);
  }
  return [...found.values()].map((Values) => ({ Values }));
}

async function partitionsThat({ values }: PartitionSpec, table: CatalogTable, run: QueryRun): Promise<string[][]> {
  const terms = values.map(({ key, operator, value }) => {
    const found = table.PartitionKeys?.find(({ Name }) => Name === key);
    const isNumber = isNumberKey(found?.Type ?? "string");
    if (!found || (isNumber && !/^-?\d+(\.\d+)?$/.test(value))) throw unnamed(table);
    return `\`${key}\` ${operator === "!=" ? "<>" : operator} ${isNumber ? value : `'${value.replaceAll("'", "''")}'`}`;
  });
  const found: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await run.context.call("glue", "GetPartitions", {
      ...{ DatabaseName: table.DatabaseName!, TableName: table.Name!, ExcludeColumnSchema: true },
      ...{ Expression: terms.join(" AND "), ...(NextToken !== undefined && { NextToken }) },
    });
    found.push(...(page.Partitions ?? []).map(({ Values = [] }) => Values));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
