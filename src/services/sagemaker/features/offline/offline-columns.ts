import type { EngineColumn, EngineTable } from "../../../../engines/port.ts";
import type { FeatureDefinition } from "../feature-definition.ts";
import type { OfflineWrite } from "../offline-journal.ts";

const hiveTypes = { Integral: "bigint", Fractional: "double", String: "string" } as const;

/** The columns that the offline store has beside the features. */
const own: readonly EngineColumn[] = [
  { name: "write_time", type: "timestamp" },
  { name: "api_invocation_time", type: "timestamp" },
  { name: "is_deleted", type: "boolean" },
];
export const partitionKeys: readonly EngineColumn[] = ["year", "month", "day", "hour"].map((name) => ({
  name,
  type: "string",
}));

const isCollection = ({ CollectionType }: FeatureDefinition) => CollectionType !== undefined;

/** The columns of a group's table, in Hive's words. The Data Catalog knows names in lower case only. */
export const offlineColumns = (definitions: readonly FeatureDefinition[]): readonly EngineColumn[] => [
  ...definitions.map((definition) => {
    const type = hiveTypes[definition.FeatureType as keyof typeof hiveTypes];
    return { name: definition.FeatureName!.toLowerCase(), type: isCollection(definition) ? `array<${type}>` : type };
  }),
  ...own,
];

/** The folder of an event time: "year=2026/month=01/day=31/hour=08". */
export function partitionOf(eventTime: number): string {
  const [year, month, day, hour] = partitionValues(eventTime);
  return `year=${year}/month=${month}/day=${day}/hour=${hour}`;
}

export const partitionValues = (eventTime: number): readonly string[] =>
  new Date(eventTime).toISOString().split(/[-T:]/).slice(0, 4);

/**
 * Returns accepted writes as an engine reads them: one object a line, each value as the text that the client gave, under
 * the number of its column.
 */
export function linesOf(definitions: readonly FeatureDefinition[], writes: readonly OfflineWrite[]): string {
  const numbers = new Map(definitions.map(({ FeatureName }, index) => [FeatureName!, index]));
  let lines = "";
  for (const { record, eventTime, isDeleted, apiInvocationTime, writeTime } of writes) {
    const row: Record<string, unknown> = { w: String(writeTime), a: String(apiInvocationTime), d: String(isDeleted) };
    for (const { FeatureName, ValueAsString, ValueAsStringList } of record) {
      const number = numbers.get(FeatureName!);
      if (number !== undefined) row[`c${number}`] = ValueAsString ?? ValueAsStringList;
    }
    for (const [index, value] of partitionValues(eventTime).entries()) row[`p${index}`] = value;
    lines += `${JSON.stringify(row)}\n`;
  }
  return lines;
}

/** The table of such lines. */
export const linesTable = (
  definitions: readonly FeatureDefinition[],
  file: { readonly path: string; readonly sizeBytes: number },
): EngineTable => ({
  name: "writes",
  columns: [
    ...definitions.map((definition, index) => ({
      name: `c${index}`,
      type: isCollection(definition) ? "array<string>" : "string",
    })),
    ...["w", "a", "d", ...partitionKeys.map((_, index) => `p${index}`)].map((name) => ({ name, type: "string" })),
  ],
  partitionKeys: [],
  format: { kind: "json", anyCase: false, ignoresMalformed: false, paths: {} },
  files: [{ ...file, uri: file.path }],
});

const sqlTypes = { Integral: "BIGINT", Fractional: "DOUBLE", String: "VARCHAR" } as const;

/** The query that makes rows of such lines: these columns of the group's table, and with `partitions` the folders last. */
export function rowsQuery(
  definitions: readonly FeatureDefinition[],
  columns: readonly string[],
  partitions: boolean,
): string {
  const time = (name: string) => `make_timestamp(CAST(${name} AS BIGINT) * 1000)`;
  const values: Record<string, string> = {
    ...{ write_time: time("w"), api_invocation_time: time("a"), is_deleted: "CAST(d AS BOOLEAN)" },
  };
  for (const [index, definition] of definitions.entries()) {
    const type = sqlTypes[definition.FeatureType as keyof typeof sqlTypes];
    const whole = `${type}${isCollection(definition) ? "[]" : ""}`;
    values[definition.FeatureName!.toLowerCase()] = `CAST(c${index} AS ${whole})`;
  }
  const folders = partitions ? partitionKeys.map((_, index) => `p${index}`) : [];
  // A column that somebody has added to the table has no values.
  return `SELECT ${[...columns.map((name) => values[name] ?? "NULL"), ...folders].join(", ")} FROM writes`;
}
