import type { DuckDBConnection } from "@duckdb/node-api";

/** What is joined: rows with an identifier and a time, and groups whose records changed over a month. */
export interface HistoryWork {
  readonly name: string;
  readonly rows: number;
  readonly groups: number;
  /** Of each group. */
  readonly features: number;
}

export const featureNames = ({ features }: Pick<HistoryWork, "features">): string[] =>
  Array.from({ length: features }, (_, at) => `f${at}`);

/** How many records an identifier has over the time, about. */
const recordsEach = 4;
const monthSeconds = 30 * 86_400;
const share = (column: number): string => `(hash(n * 4096 + ${column}) % 1000003)`;
const customer = (column: number, rows: number): string =>
  `concat('c', hash(n * 4096 + ${column}) % ${Math.ceil(rows / recordsEach)})`;
/** Every record has a moment of its own, so that there is one latest record at each time. */
const seconds = (column: number, rows: number): string =>
  `(1767225600 + (hash(n * 4096 + ${column}) % ${monthSeconds}) + n / ${rows}.0)`;

/** Writes the rows as everybody joins them. */
export async function writeBase(connection: DuckDBConnection, { rows }: HistoryWork, file: string): Promise<void> {
  await connection.run(
    `COPY (SELECT n AS "order", ${customer(1, rows)} AS customer, make_timestamp(CAST(${seconds(2, rows)} * 1000000 AS BIGINT)) AS event_timestamp
     FROM range(${rows}) AS numbers(n)) TO '${file}' (FORMAT parquet)`,
  );
}

/** Writes the records of a group twice: as Feast reads them, and as the offline store has them. */
export async function writeGroup(
  connection: DuckDBConnection,
  work: HistoryWork,
  group: number,
  files: { readonly feast: string; readonly own: string },
): Promise<void> {
  const { rows } = work;
  const values = featureNames(work).map(
    (name, at) => `round(${share(100 + group * 1_300 + at)} / 1000003.0, 6) AS ${name}`,
  );
  const time = seconds(20 + group, rows);
  const moment = `make_timestamp(CAST(${time} * 1000000 AS BIGINT))`;
  const asked = `${moment} + INTERVAL 1 second`;
  const from = `FROM range(${rows}) AS numbers(n)`;
  const id = `${customer(10 + group, rows)} AS customer`;
  await connection.run(
    `COPY (SELECT ${id}, ${moment} AS event_time, ${asked} AS created, ${values.join(", ")} ${from}) TO '${files.feast}' (FORMAT parquet)`,
  );
  await connection.run(
    `COPY (SELECT ${id}, CAST(${time} AS DOUBLE) AS event_time, ${values.join(", ")}, ${asked} AS write_time, ${asked} AS api_invocation_time,
     false AS is_deleted ${from}) TO '${files.own}' (FORMAT parquet, COMPRESSION snappy)`,
  );
}

/**
 * A number for all rows of an output, the same when they are, whatever their order.
 *
 * @param onlyFound leaves rows out for which the first column has nothing
 */
export async function fingerprint(
  connection: DuckDBConnection,
  file: string,
  columns: readonly string[],
  onlyFound: boolean,
): Promise<string> {
  const values = columns.map((name) => `CAST("${name}" AS DOUBLE)`);
  const found = await connection.runAndReadAll(
    `SELECT count(*), CAST(sum(hash("order", ${values.join(", ")})) AS VARCHAR), count(${values[0]}) FROM '${file}'${onlyFound ? ` WHERE ${values[0]} IS NOT NULL` : ""}`,
  );
  return found.getRows()[0]!.join(" ");
}
