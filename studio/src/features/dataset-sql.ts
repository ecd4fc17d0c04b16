import { chosenOf, type Dataset, rangeOf, type WantedDataset } from "./dataset.ts";
import { definitionOf, type Group } from "./group.ts";
import { quotedName, quotedText } from "./quoted-name.ts";

const joins = {
  INNER_JOIN: "JOIN",
  LEFT_JOIN: "LEFT JOIN",
  RIGHT_JOIN: "RIGHT JOIN",
  FULL_JOIN: "FULL JOIN",
} as const;
const signs = {
  EQUALS: "=",
  GREATER_THAN: ">",
  GREATER_THAN_OR_EQUAL_TO: ">=",
  LESS_THAN: "<",
  LESS_THAN_OR_EQUAL_TO: "<=",
  NOT_EQUAL_TO: "<>",
} as const;

const indented = (text: string, by: string) => text.replaceAll("\n", `\n${by}`);

/** An event time as a time, wherever it stands. */
const timeOf = (group: Group, place = "") => {
  const isText = definitionOf(group, group.eventTime)?.FeatureType === "String";
  return `${isText ? "from_iso8601_timestamp" : "from_unixtime"}(${place}${quotedName(group.eventTime)})`;
};

/** What was written and happened in time. */
function boundsOf(group: Group, wanted: WantedDataset): string[] {
  const [from, to] = rangeOf(wanted);
  const { asOf } = wanted;
  const at = (text: string) => `from_iso8601_timestamp(${quotedText(text)})`;
  return [
    asOf && `write_time <= TIMESTAMP ${quotedText(new Date(asOf).toISOString().slice(0, 19).replace("T", " "))}`,
    from && `${timeOf(group)} >= ${at(from)}`,
    to && `${timeOf(group)} <= ${at(to)}`,
  ].filter((bound) => bound !== "");
}

const where = (conditions: readonly string[]) =>
  conditions.length === 0 ? "" : `\nWHERE ${conditions.join("\n  AND ")}`;

/**
 * The records of a group that a dataset may have. By default that is the last write of each moment, and nothing up to
 * the last deletion of a record, as SageMaker's SDK has it.
 */
function recordsSql(group: Group, names: readonly string[], wanted: WantedDataset): string {
  const { duplicates, deleted } = wanted;
  const [id, time] = [quotedName(group.identifier), quotedName(group.eventTime)];
  const columns = [...new Set([...names, group.identifier, group.eventTime])].map(quotedName).join(", ");
  const bounds = boundsOf(group, wanted);
  const table = group.table!.name;
  if (duplicates && deleted) return `SELECT ${columns}\nFROM ${table}${where(["NOT is_deleted", ...bounds])}`;
  const version = `row_number() OVER (
    PARTITION BY ${id}, ${time}
    ORDER BY api_invocation_time DESC, write_time DESC
  ) AS row_version`;
  const deletions = `sum(CASE WHEN is_deleted THEN 1 ELSE 0 END) OVER (
    PARTITION BY ${id}
    ORDER BY ${time} DESC, api_invocation_time DESC, write_time DESC, is_deleted DESC
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS row_deletions`;
  const numbers = [...(duplicates ? [] : [version]), ...(deleted ? [] : [deletions])];
  // Of records that were deleted, the last write of a moment is found before the bounds, as the SDK does.
  const inside = deleted ? ["NOT is_deleted"] : bounds;
  const kept = [...(duplicates ? [] : ["row_version = 1"]), ...(deleted ? bounds : ["row_deletions = 0"])];
  return `SELECT ${columns}
FROM (
  SELECT *, ${numbers.join(", ")}
  FROM ${table}${indented(where(inside), "  ")}
)${where(kept)}`;
}

/** The query that makes a dataset: the same rows as the SDK's builder. */
export function datasetSql({ wanted, base, joined }: Dataset): string {
  const chosen = chosenOf(base, wanted.features);
  const needed = wanted.joins.map(({ by }) => by || base.identifier);
  const tables = [
    ["fg_base", recordsSql(base, [...chosen, ...needed], wanted)] as const,
    ...joined.map((group, index) => {
      const { features, on } = wanted.joins[index]!;
      return [
        `fg_${index}`,
        recordsSql(group, [...chosenOf(group, features), on || group.identifier], wanted),
      ] as const;
    }),
  ];
  const conditions = joined.map((group, index) => {
    const { by, comparator, on, type } = wanted.joins[index]!;
    const table = `fg_${index}`;
    const base_ = `fg_base.${quotedName(by || base.identifier)}`;
    const matched = `${base_} ${signs[comparator]} ${table}.${quotedName(on || group.identifier)}`;
    const before = `${timeOf(base, "fg_base.")} >= ${timeOf(group, `${table}.`)}`;
    return `\n${joins[type]} ${table} ON ${matched}${wanted.pointInTime ? `\n  AND ${before}` : ""}`;
  });
  const columns = [
    ...chosen.map((name) => [`fg_base.${quotedName(name)}`, quotedName(name)] as const),
    ...joined.flatMap((group, index) =>
      chosenOf(group, wanted.joins[index]!.features).map(
        (name) => [`fg_${index}.${quotedName(name)}`, quotedName(`${name}.${index + 1}`)] as const,
      ),
    ),
  ];
  const named = columns.map(([from, as]) => `${from} AS ${as}`).join(", ");
  const from = `FROM fg_base${conditions.join("")}`;
  const times = [
    `fg_base.${quotedName(base.eventTime)}`,
    ...joined.map((group, index) => `fg_${index}.${quotedName(group.eventTime)}`),
  ];
  const rows =
    wanted.recent === ""
      ? `SELECT ${named}\n${from}`
      : `SELECT ${columns.map(([, as]) => as).join(", ")}
FROM (
  SELECT ${named}, row_number() OVER (
    PARTITION BY fg_base.${quotedName(base.identifier)}
    ORDER BY ${times.map((time) => `${time} DESC`).join(", ")}
  ) AS row_recent
  ${indented(from, "  ")}
)
WHERE row_recent <= ${wanted.recent}`;
  const parts = tables.map(([name, sql]) => `${name} AS (\n  ${indented(sql, "  ")}\n)`);
  return `WITH ${parts.join(",\n")}\n${rows}${wanted.most === "" ? "" : `\nLIMIT ${wanted.most}`}`;
}
