import type { HistoryGroup, HistoryPlan } from "../../base/history-plan.ts";
import type { EngineColumn } from "../../engines/port.ts";

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A time as microseconds since 1970: an ISO text, or seconds. */
const ofText = (column: string): string =>
  `coalesce(CAST(round(TRY_CAST(${column} AS DOUBLE) * 1000000) AS BIGINT), epoch_us(CAST(${column} AS TIMESTAMP)))`;
const ofSeconds = (column: string): string => `CAST(round(${column} * 1000000) AS BIGINT)`;

/** The base's rows as they are matched: a number, the identifier as a text, the time. */
export const baseKeys = ({ identifier, time }: HistoryPlan, columns: readonly EngineColumn[]): string => {
  const type = columns.find((column) => column.name === time)!.type;
  const moment = /^(string|varchar)/.test(type)
    ? ofText(name(time))
    : /^timestamp/.test(type)
      ? `epoch_us(${name(time)})`
      : ofSeconds(name(time));
  return `SELECT rowid AS row, CAST(${name(identifier)} AS VARCHAR) AS id, ${moment} AS moment FROM base_rows`;
};

/** The rows of a group's files: its features, and what tells their order. */
export function groupRows(
  { eventTime, identifier, isoTime, wanted }: HistoryGroup,
  index: number,
  asOf: number | undefined,
): string {
  const time = name(eventTime.toLowerCase());
  const values = wanted.map((feature, at) => `${name(feature.toLowerCase())} AS v${at}`);
  const moment = isoTime ? `epoch_us(CAST(${time} AS TIMESTAMP))` : ofSeconds(time);
  const until = asOf === undefined ? "" : ` WHERE write_time <= make_timestamp(${asOf * 1000})`;
  return `SELECT ${[
    ...[`CAST(${name(identifier.toLowerCase())} AS VARCHAR) AS "$id"`, `${moment} AS "$moment"`],
    ...[`api_invocation_time AS "$asked"`, `write_time AS "$written"`, `is_deleted AS "$deleted"`],
    ...values,
  ].join(", ")} FROM files_${index}${until}`;
}

/**
 * The records of a group that a row may get, narrow: where they are, whose, and when. There is one a moment, the last one
 * that was written; none that is a deletion, and none up to the last deletion of its identifier, as in datasets of the
 * SageMaker SDK.
 */
export const candidates = (index: number): string => {
  const order = `struct_pack(a := "$moment", b := "$asked", c := "$written")`;
  return `WITH deletions AS (SELECT "$id" AS id, max(${order}) AS last FROM group_${index} WHERE "$deleted" GROUP BY 1),
moments AS (SELECT rowid AS place, "$id" AS id, "$moment" AS moment, "$deleted" AS deleted, ${order} AS told FROM group_${index}
QUALIFY row_number() OVER (PARTITION BY "$id", "$moment" ORDER BY "$asked" DESC, "$written" DESC) = 1)
SELECT place, moments.id AS id, moment FROM moments LEFT JOIN deletions ON moments.id = deletions.id
WHERE NOT deleted AND (last IS NULL OR told > last)`;
};

/** For each row the place of the latest record at its moment: no other column is read. */
export const matches = (index: number): string =>
  `SELECT keys.row AS row, found.place AS place FROM keys ASOF LEFT JOIN candidates_${index} AS found
ON keys.id = found.id AND keys.moment >= found.moment`;

/** The rows that stay, in their order, with the places of their records. */
export function picked(count: number, keepsAll: boolean): string {
  const all = Array.from({ length: count }, (_, index) => index);
  const places = all.map((index) => `m${index}.place AS place_${index}`);
  const joins = all.map((index) => `JOIN matches_${index} AS m${index} ON m${index}.row = keys.row`);
  const found = keepsAll ? [] : all.map((index) => `m${index}.place IS NOT NULL`);
  const where = found.length === 0 ? "" : ` WHERE ${found.join(" AND ")}`;
  return `SELECT keys.row AS row, ${places.join(", ")} FROM keys ${joins.join(" ")}${where} ORDER BY row`;
}

/** Wide rows are gathered by so many columns at a time. */
export const gatheredColumns = 25;

/** Some columns of a table, one row for each that was picked. */
export const gathered = (table: string, place: string, columns: readonly string[]): string =>
  `SELECT ${columns.join(", ")} FROM picked LEFT JOIN ${table} ON ${table}.rowid = picked.${place} ORDER BY picked.row`;

export const asName = name;
