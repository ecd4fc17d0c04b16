import { type Connection, type ConnectionType, connectionPath, connectionSigningName } from "../../base/connection.ts";
import type { DatabaseQuery } from "../../images/query-plan.ts";
import { checkColumns } from "../../prep/flows/source-relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";
import type { OpenedQuery, OpenQuery } from "./open-query.ts";
import { QueryFault } from "./query-fault.ts";
import { writeRows } from "./write-rows.ts";

/** The drivers, each loaded where it is needed. */
const drivers: Readonly<Record<ConnectionType, (connectors: string | undefined) => Promise<OpenQuery>>> = {
  postgresql: async () => (await import("./databases/postgresql.ts")).openPostgresql,
  redshift: async () => (await import("./databases/postgresql.ts")).openPostgresql,
  mysql: async () => (await import("./databases/mysql.ts")).openMysql,
  snowflake: async (connectors) => (await import("./databases/snowflake.ts")).openSnowflake(connectors),
};

/**
 * Brings the rows of a query to a folder, and returns how many there were.
 * @param connectors the folder of packages that do not come with the install; absent where the home has none
 * @throws QueryFault
 */
export async function askDatabase(
  query: DatabaseQuery,
  folder: string,
  signal: AbortSignal,
  connectors?: string,
): Promise<number> {
  const type = query.kind;
  const known = await connectionFor({ type, names: query.names }, signal);
  const connection = { ...known, ...(query.database !== undefined && { database: query.database }) };
  let opened: OpenedQuery | undefined;
  try {
    opened = await (await drivers[type](connectors))(connection, query.sql.trim().replace(/;+\s*$/, ""), signal);
    checkColumns(
      opened.columns.map(({ name }) => name),
      "The query",
    );
    return await writeRows(opened, folder, query.format);
  } catch (error) {
    if (signal.aborted || error instanceof QueryFault) throw error;
    if (error instanceof StepFault) throw new QueryFault(error.message);
    const { code, message } = error as Error & { code?: string };
    const words = message || code || "no answer";
    throw new QueryFault(`The connection ${known.name} (${type}) says: ${withoutSecret(words, connection)}`);
  } finally {
    await opened?.close().catch(() => {});
  }
}

/** No database is known to say a password, and none is to. */
const withoutSecret = (words: string, { password, privateKey }: Connection): string =>
  [password, privateKey].reduce<string>((said, secret) => (secret ? said.replaceAll(secret, "***") : said), words);

async function connectionFor(
  wish: { readonly type: ConnectionType; readonly names: readonly string[] },
  signal: AbortSignal,
): Promise<Connection> {
  const request = {
    ...({ method: "POST", path: connectionPath, service: connectionSigningName, body: JSON.stringify(wish) } as const),
    headers: { "content-type": "application/json" },
  };
  try {
    return JSON.parse(await persistence({ signal })(async () => readText(await sendRequest(request, signal))));
  } catch (error) {
    const { $metadata, message } = error as Error & { $metadata?: unknown };
    if ($metadata === undefined) throw error;
    throw new QueryFault(message);
  }
}
