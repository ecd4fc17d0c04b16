import { formatOfName } from "../../../src/prep/flows/analysis-flow.ts";
import { csvRows } from "../s3/csv-rows.ts";
import { readStart } from "../s3/objects.ts";
import { readColumns } from "../sql/catalog-source.ts";
import type { WantedReport } from "./make-report.ts";

/** The head of a file is looked for in so many bytes. */
const headBytes = 64 * 1024;

/** The columns of what is to be looked at, where that is known before it is read: of tables, and of files of CSV with a head. */
export async function knownColumns(
  { database, kind, table, uri }: Pick<WantedReport, "database" | "kind" | "table" | "uri">,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (kind === "table")
    return database === "" || table === "" ? [] : (await readColumns(database, table)).map(({ name }) => name);
  const written = formatOfName(uri);
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (kind !== "object" || written?.format !== "csv" || Bucket === undefined || uri.endsWith(".gz")) return [];
  const start = await readStart({ Bucket, Key: Key! }, headBytes, false, signal);
  return csvRows(await start.text(), written.delimiter, 1, false)[0] ?? [];
}
