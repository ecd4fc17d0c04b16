import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import type { Group } from "./group.ts";
import { quotedName } from "./quoted-name.ts";

/** Of what statistics are: each identifier's latest record, or all events. */
export type Extent = "latest" | "all";

/** The records of a group's history that statistics are of. */
function recordsSql({ eventTime, identifier, table }: Group, extent: Extent): string {
  if (extent === "all") return `${table!.name}\nWHERE NOT is_deleted`;
  return `(
  SELECT *, row_number() OVER (
    PARTITION BY ${quotedName(identifier)}
    ORDER BY ${quotedName(eventTime)} DESC, api_invocation_time DESC, write_time DESC
  ) AS newest
  FROM ${table!.name}
)
WHERE newest = 1 AND NOT is_deleted`;
}

const numeric = (name: string) => [
  `min(${name}) AS "Least"`,
  `max(${name}) AS "Greatest"`,
  `avg(${name}) AS "Mean"`,
  `stddev(${name}) AS "Standard deviation"`,
  ...[25, 50, 75].map((part) => `approx_percentile(${name}, 0.${part}) AS "${part === 50 ? "Median" : `${part} %`}"`),
];

const lengths = (name: string, length: string) => [
  `min(${length}(${name})) AS "Shortest"`,
  `max(${length}(${name})) AS "Longest"`,
];

/** The figures of a feature, a column each, in one row. */
export function figuresSql(
  group: Group,
  { FeatureName, FeatureType, CollectionType }: FeatureDefinition,
  extent: Extent,
): string {
  const name = quotedName(FeatureName!);
  const figures = [
    `count(*) AS "Records"`,
    `count(${name}) AS "With a value"`,
    ...(CollectionType === undefined ? [`count(DISTINCT ${name}) AS "Distinct values"`] : []),
    ...(CollectionType !== undefined
      ? lengths(name, "cardinality")
      : FeatureType === "String"
        ? lengths(name, "length")
        : numeric(name)),
  ];
  return `SELECT ${figures.join(",\n  ")}\nFROM ${recordsSql(group, extent)}`;
}

/** The most frequent values of a feature, and how many records have each. */
export function frequentSql(group: Group, { FeatureName }: FeatureDefinition, extent: Extent): string {
  const name = quotedName(FeatureName!);
  return `SELECT ${name} AS "Value", count(*) AS "Records"
FROM ${recordsSql(group, extent)} AND ${name} IS NOT NULL
GROUP BY ${name}
ORDER BY count(*) DESC, ${name}
LIMIT 10`;
}
