import type { HistoryGroup, HistoryPlan } from "../../base/history-plan.ts";
import type { EngineColumn } from "../../engines/port.ts";

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A time as microseconds since 1970: an ISO text, or seconds. */
const ofText = (column: string): string =>
  `coalesce(CAST(round(TRY_CAST(${column} AS DOUBLE) * 1000000) AS BIGINT), epoch_us(CAST(${column} AS TIMESTAMP)))`;
const ofSeconds = (column: string): string => `CAST(round(${column} * 1000000) AS BIGINT)`;

const textOf = (column: string): string => `CAST(${name(column)} AS VARCHAR)`;

/** The identifiers of the base's rows, each with a number: numbers are matched in less time than texts. */
export const identifiers = ({ identifier }: HistoryPlan): string =>
  `SELECT name, row_number() OVER () AS id FROM (SELECT DISTINCT ${textOf(identifier)} AS name FROM base_rows)`;

/** The base's rows as they are matched: where they are, the number of the identifier, the time. */
export const baseKeys = ({ identifier, time }: HistoryPlan, columns: readonly EngineColumn[]): string => {
  const type = columns.find((column) => column.name === time)!.type;
  const moment = /^(string|varchar)/.test(type)
    ? ofText(name(time))
    : /^timestamp/.test(type)
      ? `epoch_us(${name(time)})`
      : ofSeconds(name(time));
  // The rows may have columns of any name.
  const rows = `(SELECT rowid AS row, ${textOf(identifier)} AS name, ${moment} AS moment FROM base_rows)`;
  return `SELECT base.row AS row, identifiers.id AS id, base.moment AS moment
FROM ${rows} AS base LEFT JOIN identifiers ON identifiers.name = base.name`;
};

/** The rows of a group's files, each with its place: the files are read in one order, so it is the same each time. */
const placed = (index: number, columns: readonly string[]): string =>
  `(SELECT row_number() OVER () AS place, ${columns.join(", ")} FROM files_${index})`;

/** What tells the order of a group's rows of those identifiers that are asked for. */
function groupRows({ eventTime, identifier, isoTime }: HistoryGroup, index: number, asOf: number | undefined): string {
  const time = name(eventTime.toLowerCase());
  const moment = isoTime ? `epoch_us(CAST(${time} AS TIMESTAMP))` : ofSeconds(time);
  const until = asOf === undefined ? "" : ` WHERE written <= make_timestamp(${asOf * 1000})`;
  const columns = [
    ...[`${textOf(identifier.toLowerCase())} AS name`, `${moment} AS moment`],
    ...["api_invocation_time AS asked", "write_time AS written", "is_deleted AS deleted"],
  ];
  return `SELECT place, id, moment, asked, written, deleted
FROM ${placed(index, columns)} AS placed JOIN identifiers ON identifiers.name = placed.name${until}`;
}

/**
 * For each row the place of the latest record of a group at its moment: no other column is read. A record counts once a moment, as
 * it was last written; a deletion does not, nor does what was there up to the last deletion of its identifier, as in
 * datasets of the SageMaker SDK.
 */
export function matches(group: HistoryGroup, index: number, asOf: number | undefined): string {
  const order = "struct_pack(a := moment, b := asked, c := written)";
  return `WITH rows AS MATERIALIZED (${groupRows(group, index, asOf)}),
deletions AS (SELECT id, max(${order}) AS last FROM rows WHERE deleted GROUP BY 1),
moments AS (SELECT place, id, moment, deleted, ${order} AS told FROM rows
QUALIFY row_number() OVER (PARTITION BY id, moment ORDER BY asked DESC, written DESC) = 1),
found AS (SELECT place, moments.id AS id, moment FROM moments LEFT JOIN deletions ON moments.id = deletions.id
WHERE NOT deleted AND (last IS NULL OR told > last))
SELECT keys.row AS row, found.place AS place FROM keys ASOF LEFT JOIN found
ON keys.id = found.id AND keys.moment >= found.moment`;
}

/** The rows that stay, with the places of their records. */
export function picked({ groups, keepsAll }: HistoryPlan): string {
  const all = groups.map((_, index) => index);
  const places = all.map((index) => `m${index}.place AS place_${index}`);
  const joins = all.map((index) => `JOIN matches_${index} AS m${index} ON m${index}.row = keys.row`);
  const found = keepsAll ? [] : all.map((index) => `m${index}.place IS NOT NULL`);
  const where = found.length === 0 ? "" : ` WHERE ${found.join(" AND ")}`;
  return `SELECT keys.row AS row, ${places.join(", ")} FROM keys ${joins.join(" ")}${where}`;
}

/** A column of the output: of the base, or of the group with that number. */
export interface HistoryColumn {
  readonly name: string;
  readonly type: string;
  readonly source: "base" | number;
  /** Its name there. */
  readonly sourceName: string;
}

/** The columns of the base, then those of each group. */
export const outputColumns = (base: readonly EngineColumn[], { groups }: HistoryPlan): HistoryColumn[] => [
  ...base.map((column) => ({ ...column, source: "base" as const, sourceName: column.name })),
  ...groups.flatMap(({ columns, wanted }, index) => {
    const types = new Map(columns.map((column) => [column.name, column.type]));
    return wanted.map((feature) => ({
      ...{ name: `${feature}.${index + 1}`, type: types.get(feature)! },
      ...{ source: index, sourceName: feature.toLowerCase() },
    }));
  }),
];

/** Some of the output's columns, of the rows that stay, in their order. */
export function joined(columns: readonly HistoryColumn[]): string {
  const sources = [...new Set(columns.map(({ source }) => source))];
  const joins = sources.map((source) => {
    if (source === "base") return "JOIN base_rows ON base_rows.rowid = picked.row";
    const own = columns.filter((column) => column.source === source);
    const values = own.map(({ sourceName }, at) => `${name(sourceName)} AS v${at}`);
    return `LEFT JOIN ${placed(source, values)} AS g${source} ON g${source}.place = picked.place_${source}`;
  });
  const seen = new Map<number, number>();
  const values = columns.map(({ source, sourceName }) => {
    if (source === "base") return `base_rows.${name(sourceName)}`;
    const at = seen.get(source) ?? 0;
    seen.set(source, at + 1);
    return `g${source}.v${at}`;
  });
  return `SELECT ${values.map((value, at) => `${value} AS c${at}`).join(", ")}
FROM picked ${joins.join(" ")} ORDER BY picked.row`;
}

export const asName = name;
