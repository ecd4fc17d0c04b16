import { once } from "node:events";
import type { FieldPacket } from "mysql2";
import type { OpenedQuery, OpenQuery } from "../open-query.ts";

const rowsAtOnce = 10_000;
const connectMilliseconds = 30_000;

/** Reads a query of MySQL or MariaDB as it streams, in a session that only reads. */
export const openMysql: OpenQuery = async (connection, sql, signal): Promise<OpenedQuery> => {
  const { createConnection } = await import("mysql2");
  const client = createConnection({
    ...{ host: connection.host, port: connection.port ?? 3306, connectTimeout: connectMilliseconds },
    ...(connection.user !== undefined && { user: connection.user }),
    ...(connection.password !== undefined && { password: connection.password }),
    ...(connection.database !== undefined && { database: connection.database }),
    ...(connection.tls && { ssl: connection.tls === true ? {} : { ca: connection.tls.ca } }),
    charset: "utf8mb4",
  });
  client.on("error", () => {});
  const end = () => client.destroy();
  signal.addEventListener("abort", end);
  try {
    for (const statement of ["SET time_zone = '+00:00'", "SET SESSION TRANSACTION READ ONLY"])
      await client.promise().query(statement);
    const query = client.query({
      ...{ sql, rowsAsArray: true },
      // Values stay as the database writes them.
      typeCast: (field: { buffer(): Buffer | null }) => field.buffer(),
    });
    const stream = query.stream({ highWaterMark: rowsAtOnce });
    const ended = once(stream, "end");
    const [fields] = (await Promise.race([once(query, "fields"), ended.then(() => [[]])])) as [readonly FieldPacket[]];
    ended.catch(() => {});
    async function* batches() {
      let batch: (string | null)[][] = [];
      for await (const row of stream as AsyncIterable<readonly (Buffer | null)[]>) {
        batch.push(row.map((value, index) => plain(value, fields[index]!)));
        if (batch.length < rowsAtOnce) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    }
    return {
      columns: fields.map((field) => ({ name: field.name, type: hiveType(field) })),
      batches: batches(),
      async close() {
        signal.removeEventListener("abort", end);
        client.destroy();
      },
    };
  } catch (error) {
    client.destroy();
    throw error;
  }
};

/** By the numbers of types in the protocol. */
const types: Readonly<Record<number, string>> = {
  ...{ 1: "bigint", 2: "bigint", 3: "bigint", 8: "bigint", 9: "bigint", 13: "bigint" },
  ...{ 4: "double", 5: "double", 7: "timestamp", 10: "date", 12: "timestamp", 16: "binary" },
};
const [decimal, newDecimal, binaryCharacters, unsignedFlag] = [0, 246, 63, 32];
const blobs = new Set([249, 250, 251, 252, 253, 254, 255]);

interface Field {
  readonly columnType?: number;
  readonly type?: number;
  readonly characterSet?: number;
  readonly flags?: number | string[];
  readonly decimals?: number;
  readonly columnLength?: number;
}

function hiveType(packet: FieldPacket): string {
  const { columnLength = 0, decimals = 0, flags = 0, ...field } = packet as Field;
  const type = field.columnType ?? field.type ?? -1;
  const isUnsigned = typeof flags === "number" && (flags & unsignedFlag) !== 0;
  if (type === decimal || type === newDecimal) {
    // The length counts the sign and the point.
    const precision = columnLength - (isUnsigned ? 0 : 1) - (decimals > 0 ? 1 : 0);
    return precision <= 38 && precision >= 1 ? `decimal(${precision},${decimals})` : "double";
  }
  if (type === 8 && isUnsigned) return "decimal(20,0)";
  if (blobs.has(type)) return field.characterSet === binaryCharacters ? "binary" : "string";
  return types[type] ?? "string";
}

function plain(value: Buffer | null, packet: FieldPacket): string | null {
  if (value === null) return null;
  const type = hiveType(packet);
  if (type === "binary") return value.toString("hex");
  const text = value.toString();
  // MySQL's date of nothing is no date.
  return (type === "date" || type === "timestamp") && text.startsWith("0000-00-00") ? null : text;
}
