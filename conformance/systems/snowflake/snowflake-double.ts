import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";

/** A column as the service describes it. */
interface RowType {
  readonly name: string;
  readonly type: string;
  readonly precision?: number;
  readonly scale?: number;
}
/** The rows of a statement, as the service writes values: texts, times in seconds, days since 1970. */
export interface DoubledResult {
  readonly columns: readonly RowType[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows that come in further files, compressed. */
  readonly chunks?: readonly (readonly (readonly (string | null)[])[])[];
  /** The first answer says that the statement still runs. */
  readonly isSlow?: true;
}

export interface SnowflakeDouble {
  readonly port: number;
  /** What it was asked: paths, and statements with what they were given. */
  readonly asked: { readonly path: string; readonly body: Record<string, unknown> }[];
  close(): Promise<void>;
}

/**
 * Answers as Snowflake's service does to its package for Node: login, statements, rows in the answer and in files of JSON, a
 * statement that takes longer. Statements that are not known fail as the service fails them.
 */
export async function startSnowflakeDouble(
  account: { readonly user: string; readonly password: string },
  results: Readonly<Record<string, DoubledResult>>,
): Promise<SnowflakeDouble> {
  const asked: SnowflakeDouble["asked"] = [];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, "http://double");
    const body = await bodyOf(request);
    asked.push({ path: pathname, body });
    const say = (data: unknown, more: object = { success: true }) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data, message: null, code: null, ...more }));
    };
    const chunk = /^\/chunks\/(\d+)\/(\d+)$/.exec(pathname);
    if (chunk) {
      const rows = Object.values(results)[Number(chunk[1])]!.chunks![Number(chunk[2])]!;
      // A file has its rows without the brackets of a list.
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(JSON.stringify(rows).slice(1, -1)));
    } else if (pathname === "/session/v1/login-request") {
      const { LOGIN_NAME, PASSWORD } = body.data as Record<string, string>;
      if (LOGIN_NAME === account.user && PASSWORD === account.password)
        say({
          token: "t",
          masterToken: "m",
          validityInSeconds: 3600,
          masterValidityInSeconds: 14_400,
          sessionId: 1,
          parameters: [],
        });
      else
        say(
          { nextAction: "RETRY_LOGIN" },
          { success: false, code: "390100", message: "Incorrect username or password was specified." },
        );
    } else if (request.headers.authorization !== 'Snowflake Token="t"' && pathname !== "/telemetry/send") {
      say(null, { success: false, code: "390104", message: "Session no longer exists." });
    } else if (pathname === "/queries/v1/query-request" || pathname.startsWith("/queries/slow/")) {
      const slow = /^\/queries\/slow\/(\d+)$/.exec(pathname);
      const sql = slow ? Object.keys(results)[Number(slow[1])]! : String(body.sqlText);
      const result = results[sql];
      const index = Object.keys(results).indexOf(sql);
      if (result === undefined)
        say(
          { sqlState: "42S02", queryId: "q", line: 1, pos: 14 },
          {
            success: false,
            code: "002003",
            message: "SQL compilation error:\nObject 'NONE' does not exist or not authorized.",
          },
        );
      else if (result.isSlow && !slow)
        say(
          { queryId: "q", getResultUrl: `/queries/slow/${index}`, queryAbortsAfterSecs: 300 },
          { success: true, code: "333334", message: "Query in progress" },
        );
      else say(dataOf(result, index, body.parameters as Record<string, string> | undefined));
    } else say(null);
  }

  function dataOf({ chunks = [], columns, rows }: DoubledResult, index: number, given: Record<string, string> = {}) {
    const total = rows.length + chunks.reduce((count, chunk) => count + chunk.length, 0);
    return {
      parameters: Object.entries(given).map(([name, value]) => ({ name, value })),
      rowtype: columns.map((column) => ({
        nullable: true,
        length: null,
        precision: null,
        scale: null,
        byteLength: null,
        ...column,
      })),
      rowset: rows,
      ...(chunks.length > 0 && {
        chunks: chunks.map((chunk, at) => ({
          url: `http://127.0.0.1:${port}/chunks/${index}/${at}`,
          rowCount: chunk.length,
          uncompressedSize: 1000,
          compressedSize: 500,
        })),
        chunkHeaders: {},
      }),
      ...{
        total,
        returned: total,
        queryId: "q",
        version: 1,
        sqlState: null,
        statementTypeId: 4096,
        queryResultFormat: "json",
      },
    };
  }

  return {
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString());
  } catch {
    return {};
  }
}
