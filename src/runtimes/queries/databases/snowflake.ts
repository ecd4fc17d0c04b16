import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Connection } from "../../../base/connection.ts";
import { type ConnectorRecord, connectorRecord, connectors } from "../../../base/connectors.ts";
import type { OpenedQuery, OpenQuery } from "../open-query.ts";
import { QueryFault } from "../query-fault.ts";

const rowsAtOnce = 10_000;

/** What is used of snowflake-sdk, which does not come with the install. */
interface Sdk {
  configure(options: object): void;
  createConnection(options: object): SdkConnection;
}
interface SdkConnection {
  connect(callback: (error: Error | null) => void): void;
  execute(options: {
    readonly sqlText: string;
    readonly streamResult: boolean;
    readonly fetchAsString: readonly string[];
    readonly rowMode: string;
    readonly parameters: object;
    readonly complete: (error: Error | null, statement: Statement) => void;
  }): Statement;
  destroy(callback: (error: Error | null) => void): void;
}
interface Statement {
  getColumns(): readonly Column[];
  streamRows(): AsyncIterable<readonly unknown[]> & { destroy(): void };
  cancel(callback: () => void): void;
}
interface Column {
  getName(): string;
  /** "fixed", "timestamp_ntz" and so on. */
  getType(): string;
  getPrecision(): number;
  getScale(): number;
}
/** A time as the package has it. */
interface Time {
  getEpochSeconds(): number;
  getNanoSeconds(): number;
}

/**
 * Reads a query of Snowflake by the package of the connector, as it streams. One statement is sent, and only one that reads: a
 * session of Snowflake cannot be made one that only reads.
 */
export const openSnowflake =
  (folder: string | undefined): OpenQuery =>
  async (connection, sql, signal): Promise<OpenedQuery> => {
    checkReads(sql);
    const client = loadSdk(folder).createConnection(optionsOf(connection));
    const close = () => new Promise<void>((resolve) => client.destroy(() => resolve()));
    try {
      // The promise of connectAsync is kept whatever the login ends with.
      await new Promise<void>((resolve, reject) => client.connect((error) => (error ? reject(error) : resolve())));
      const statement = await new Promise<Statement>((resolve, reject) => {
        const sent = client.execute({
          sqlText: sql,
          streamResult: true,
          // Exact numbers, and what has no type of its own as its text.
          fetchAsString: ["Number", "Boolean", "JSON", "Buffer"],
          rowMode: "array",
          parameters: { TIMEZONE: "UTC", BINARY_OUTPUT_FORMAT: "HEX", TIME_OUTPUT_FORMAT: "HH24:MI:SS.FF9" },
          complete: (error, done) => (error ? reject(error) : resolve(done)),
        });
        signal.addEventListener("abort", () => sent.cancel(() => reject(signal.reason)), { once: true });
      });
      const columns = statement.getColumns();
      async function* batches() {
        let batch: (string | null)[][] = [];
        const rows = statement.streamRows();
        const end = () => rows.destroy();
        signal.addEventListener("abort", end);
        try {
          for await (const row of rows) {
            batch.push(row.map((value, index) => plain(value, columns[index]!)));
            if (batch.length < rowsAtOnce) continue;
            yield batch;
            batch = [];
          }
        } finally {
          signal.removeEventListener("abort", end);
        }
        signal.throwIfAborted();
        if (batch.length > 0) yield batch;
      }
      return {
        columns: columns.map((column) => ({ name: column.getName(), type: hiveType(column) })),
        batches: batches(),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  };

/** @throws QueryFault for a statement that may write */
function checkReads(sql: string): void {
  const word = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([A-Za-z]*)/.exec(sql)?.[1] ?? "";
  if (!/^(?:select|with|show|describe|desc|table|values)$/i.test(word))
    throw new QueryFault(
      `The query begins with ${JSON.stringify(word)}; write one that reads, such as SELECT * FROM t.`,
    );
}

/** @throws QueryFault where the connector is not in the home, or is of another version */
function loadSdk(folder: string | undefined): Sdk {
  const { package: name, version } = connectors.snowflake;
  const add = 'On the server\'s machine: "sagebrush connectors add snowflake", and start the job again.';
  const place = folder === undefined ? undefined : join(folder, "snowflake");
  let record: ConnectorRecord;
  try {
    record = JSON.parse(readFileSync(join(place!, connectorRecord), "utf8"));
  } catch {
    throw new QueryFault(`Snowflake is read by the package ${name}, which the home does not have. ${add}`);
  }
  if (record.version !== version)
    throw new QueryFault(`The home has ${name} ${record.version}, and ${version} is needed. ${add}`);
  // It would ask the clouds' addresses where it runs, load a program of its own, and tell what it finds.
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = "true";
  process.env.SNOWFLAKE_DISABLE_MINICORE = "true";
  process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = "true";
  const sdk = createRequire(join(place!, connectorRecord))(name) as Sdk;
  sdk.configure({ logLevel: "OFF", additionalLogToConsole: false });
  return sdk;
}

function optionsOf(connection: Connection): object {
  const { account, host, password, port, privateKey, tls, user } = connection;
  const { database, role, schema, warehouse } = connection;
  return {
    account: account ?? host.split(".")[0]!,
    accessUrl: `${tls ? "https" : "http"}://${host}${port === undefined ? "" : `:${port}`}`,
    username: user,
    representNullAsStringNull: false,
    ...(privateKey === undefined ? { password } : { authenticator: "SNOWFLAKE_JWT", privateKey }),
    ...(database !== undefined && { database }),
    ...(schema !== undefined && { schema }),
    ...(warehouse !== undefined && { warehouse }),
    ...(role !== undefined && { role }),
  };
}

const types: Readonly<Record<string, string>> = {
  ...{ real: "double", boolean: "boolean", date: "date", binary: "binary" },
  ...{ timestamp_ntz: "timestamp", timestamp_ltz: "timestamp", timestamp_tz: "timestamp" },
};

function hiveType(column: Column): string {
  const type = column.getType().toLowerCase();
  if (type !== "fixed") return types[type] ?? "string";
  const [precision, scale] = [column.getPrecision(), column.getScale()];
  return scale === 0 && precision <= 18 ? "bigint" : `decimal(${precision},${scale})`;
}

function plain(value: unknown, column: Column): string | null {
  if (value === null || value === undefined) return null;
  switch (column.getType().toLowerCase()) {
    case "boolean":
      return String(value).toLowerCase();
    case "date":
      return new Date((value as Time).getEpochSeconds() * 1000).toISOString().slice(0, 10);
    case "timestamp_ntz":
    case "timestamp_ltz":
    case "timestamp_tz": {
      const time = value as Time;
      const whole = new Date(time.getEpochSeconds() * 1000).toISOString().slice(0, 19).replace("T", " ");
      return `${whole}.${String(Math.trunc(time.getNanoSeconds() / 1000)).padStart(6, "0")}`;
    }
    default:
      return String(value);
  }
}
