import type { DuckDBConnection } from "@duckdb/node-api";

/** A number from 0 to 1 that a row always has, another one for each column. */
const share = (column: number): string => `(hash(n * 4096 + ${column}) % 1000003) / 1000003.0`;

/** The fifty features of a record: numbers, whole numbers and texts. */
export const features: readonly { readonly name: string; readonly type: string; readonly value: string }[] = [
  ...Array.from({ length: 25 }, (_, at) => ({
    name: `amount_${at}`,
    type: "Fractional",
    value: `round(${share(at)} * ${10 ** (1 + (at % 4))}, 4)`,
  })),
  ...Array.from({ length: 15 }, (_, at) => ({
    name: `count_${at}`,
    type: "Integral",
    value: `CAST(floor(${share(100 + at)} * ${10 ** (1 + (at % 6))}) AS BIGINT)`,
  })),
  ...Array.from({ length: 10 }, (_, at) => ({
    name: `kind_${at}`,
    type: "String",
    value: `concat('kind ', CAST(floor(${share(200 + at)} * 40) AS BIGINT))`,
  })),
];

/** The identifier of row n. */
export const identifierOf = (n: number): string => `c${String(n).padStart(8, "0")}`;
const identifier = `concat('c', lpad(CAST(n AS VARCHAR), 8, '0'))`;
const eventTime = "2026-11-01T00:00:00Z";

/** Writes the records as the file that peers load. */
export async function writeRecords(connection: DuckDBConnection, rows: number, file: string): Promise<void> {
  const columns = features.map(({ name, value }) => `${value} AS ${name}`);
  await connection.run(
    `COPY (SELECT ${identifier} AS customer, TIMESTAMPTZ '${eventTime}' AS event_time, ${columns.join(", ")}
     FROM range(${rows}) AS numbers(n)) TO '${file}' (FORMAT parquet)`,
  );
}

/** The records from one number up to another as clients of the API send them, each as JSON. */
export async function recordsAsSent(connection: DuckDBConnection, from: number, to: number): Promise<string[]> {
  const members = [
    { name: "customer", value: identifier },
    { name: "event_time", value: `'${eventTime}'` },
    ...features,
  ];
  const texts = members.map(
    ({ name, value }) => `'{"FeatureName":"${name}","ValueAsString":"' || CAST(${value} AS VARCHAR) || '"}'`,
  );
  const found = await connection.runAndReadAll(
    `SELECT '[' || ${texts.join(" || ',' || ")} || ']' FROM range(${from}, ${to}) AS numbers(n) ORDER BY n`,
  );
  return found.getRows().map(([text]) => text as string);
}
