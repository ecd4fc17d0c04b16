import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** Where the servers of a test run leave what was asked of them; `npm test` gathers it into conformance/proven.json. */
export const calledFolder = join(import.meta.dirname, "..", ".cache", "called");

/** The clients whose calls prove an operation, by how their User-Agent begins. */
const realClients = /^(aws-sdk-js|Boto3|aws-cli)\//i;

interface AccessLogLine {
  readonly via: string;
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly caller?: string;
  readonly userAgent?: string;
}

/** Returns undefined for a line that is not whole: a kill or a full disk tears one. */
function readLine(text: string): AccessLogLine | undefined {
  try {
    return JSON.parse(text) as AccessLogLine;
  } catch {
    return undefined;
  }
}

/** What real clients of the administrator called with success, as "service.Operation", from a home's access log. */
function calledOperations(accessLog: string): Set<string> {
  const called = new Set<string>();
  for (const text of accessLog.split("\n")) {
    const line = readLine(text);
    if (!line) continue;
    const isRun = line.caller?.includes(":assumed-role/SagebrushRun/") ?? true;
    if (line.via !== "http" || line.status >= 400 || isRun || !realClients.test(line.userAgent ?? "")) continue;
    called.add(`${line.service}.${line.operation}`);
  }
  return called;
}

/** Keeps what was asked of a server beyond its home. */
export async function recordProven(home: string): Promise<void> {
  const log = await readFile(join(home, "access.log"), "utf8").catch(() => "");
  await mkdir(calledFolder, { recursive: true });
  await writeFile(join(calledFolder, `${basename(home)}.json`), JSON.stringify([...calledOperations(log)].sort()));
}
