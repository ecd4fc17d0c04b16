import { appendFileSync, renameSync, statSync } from "node:fs";
import { appendFile, truncate } from "node:fs/promises";

/**
 * A line of HOME/access.log or HOME/service.log. It contains no headers and no query, so no secret and no signature.
 */
export interface AccessLogEntry {
  /** When the call arrived: ISO 8601, UTC. */
  readonly time: string;
  readonly requestId: string;
  /** `http`: over the network; `call`: in process. */
  readonly via: "http" | "call";
  /** The wire service, "front" or "-". */
  readonly service: string;
  readonly operation: string;
  /** The HTTP status; for a call in process, the status that it would have had. */
  readonly status: number;
  readonly error?: string;
  readonly milliseconds: number;
  /** The caller's ARN, once known. */
  readonly caller?: string;
  readonly userAgent?: string;
}

export interface AccessLog {
  write(entry: AccessLogEntry): void;
  /** Writes the lines that are still waiting. */
  close(): void;
}

const largestBytes = 64 * 1024 * 1024;
const gatherMilliseconds = 100;

/**
 * Opens a log of JSON lines, which are gathered for a tenth of a second and appended together. The file before the
 * current one is kept as `.1`.
 */
export function openAccessLog(path: string): AccessLog {
  let sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;

  const turnOver = () => {
    if (sizeBytes < largestBytes) return;
    renameSync(path, `${path}.1`);
    sizeBytes = 0;
  };
  // A log that cannot be written does not keep the server from answering. It is reported once, not for every line.
  let failing = false;
  const complain = (error: unknown) => {
    if (!failing) console.error(`${path} cannot be written, requests go unlogged: ${(error as Error).message}`);
    failing = true;
  };

  let appending = Promise.resolve();
  const flush = () => {
    timer = undefined;
    const text = waiting;
    waiting = "";
    appending = appending
      .then(() => {
        turnOver();
        return appendFile(path, text);
      })
      .then(() => {
        sizeBytes += Buffer.byteLength(text);
        failing = false;
      })
      .catch(async (error) => {
        complain(error);
        // A full disk may have taken a part of a line.
        await truncate(path, sizeBytes).catch(() => {});
      });
  };

  return {
    write(entry) {
      waiting += `${JSON.stringify(entry)}\n`;
      timer ??= setTimeout(flush, gatherMilliseconds).unref();
    },
    close() {
      clearTimeout(timer);
      try {
        if (waiting) appendFileSync(path, waiting);
      } catch (error) {
        complain(error);
      }
      waiting = "";
    },
  };
}
