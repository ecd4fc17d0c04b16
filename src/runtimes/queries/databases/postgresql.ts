import type { FieldDef } from "pg";
import type { Connection } from "../../../base/connection.ts";
import type { OpenedQuery, OpenQuery } from "../open-query.ts";

/** So many rows are in memory at a time. */
const rowsAtOnce = 10_000;
const connectMilliseconds = 30_000;

/**
 * Reads a query of PostgreSQL or Redshift by a cursor in a transaction that only reads. Redshift speaks the protocol; an
 * UNLOAD to S3 would write with credentials that Redshift itself has, which it has none of here.
 */
export const openPostgresql: OpenQuery = async (connection, sql, signal): Promise<OpenedQuery> => {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    ...{ host: connection.host, port: connection.port ?? (connection.type === "redshift" ? 5439 : 5432) },
    ...{ user: connection.user, password: connection.password, database: connection.database },
    ...{ connectionTimeoutMillis: connectMilliseconds, application_name: "sagebrush" },
    ssl: tlsOf(connection),
    // Values stay as the database writes them.
    types: { getTypeParser: () => (text: string) => text },
  } as ConstructorParameters<typeof pg.Client>[0]);
  // A connection that breaks fails the query that is under way.
  client.on("error", () => {});
  const end = () => void client.end().catch(() => {});
  signal.addEventListener("abort", end);
  try {
    await client.connect();
    await client.query("BEGIN READ ONLY");
    await client.query("SET TIME ZONE 'UTC'");
    await client.query("SET DateStyle = 'ISO, MDY'");
    // The extended protocol takes one statement: what comes after a semicolon is refused.
    const cursor = { text: `DECLARE rows CURSOR FOR ${sql}`, queryMode: "extended" };
    await client.query(cursor);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  const fetch = () =>
    client.query<(string | null)[]>({ text: `FETCH FORWARD ${rowsAtOnce} FROM rows`, rowMode: "array" });
  const first = await fetch();
  const fields = first.fields as readonly FieldDef[];
  async function* batches() {
    for (let { rows } = first; rows.length > 0; { rows } = await fetch())
      yield rows.map((row) => row.map((value, index) => plain(value, fields[index]!.dataTypeID)));
  }
  return {
    columns: fields.map(({ dataTypeID, dataTypeModifier, name }) => ({
      name,
      type: hiveType(dataTypeID, dataTypeModifier),
    })),
    batches: batches(),
    async close() {
      signal.removeEventListener("abort", end);
      await client.end();
    },
  };
};

const tlsOf = ({ tls }: Connection): false | { readonly ca?: string } =>
  tls === undefined ? false : tls === true ? {} : { ca: tls.ca };

/** By the numbers of types in pg_type. */
const types: Readonly<Record<number, string>> = {
  16: "boolean",
  17: "binary",
  20: "bigint",
  21: "bigint",
  23: "bigint",
  26: "bigint",
  700: "double",
  701: "double",
  1082: "date",
  1114: "timestamp",
  1184: "timestamp",
};
const [boolean, bytes, numeric, timestampWithZone] = [16, 17, 1700, 1184];

/** A number without a scale of its own may have any. */
function hiveType(id: number, modifier: number): string {
  if (id !== numeric) return types[id] ?? "string";
  const [precision, scale] = [(modifier - 4) >> 16, (modifier - 4) & 0x7ff];
  return modifier >= 4 && precision <= 38 && scale <= precision ? `decimal(${precision},${scale})` : "double";
}

function plain(value: string | null, type: number): string | null {
  if (value === null) return null;
  if (type === boolean) return value === "t" || value === "true" ? "true" : "false";
  if (type === bytes) return value.replace(/^\\x/, "");
  // The session is in UTC.
  if (type === timestampWithZone) return value.replace(/\+00(?::?00)?$/, "");
  return value;
}
