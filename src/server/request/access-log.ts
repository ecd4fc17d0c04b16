import { appendFile, appendFileSync, closeSync, fstatSync, ftruncate, openSync, renameSync, statSync } from "node:fs";
import { promisify } from "node:util";

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
/** How often, at most, is looked whether the file was moved. */
const lookMilliseconds = 1000;
/** How long a file that was removed, and not moved, is not made anew. */
const removedMilliseconds = 60_000;
const [append, truncate] = [promisify(appendFile), promisify(ftruncate)];

export interface AccessLogOptions {
  /** Whether a file at the path would still be of this home. */
  readonly isHomeThere?: () => boolean;
  /**
   * Set when several processes append to the file, of which one turns it over. The system keeps the lines of each append
   * together.
   */
  readonly shared?: "turns over" | "follows";
}

/**
 * Opens a log of JSON lines, which are gathered for a tenth of a second and appended together. The file before the
 * current one is kept as `.1`. One that somebody else moved away, as logrotate does, is followed by a new one.
 *
 * The file is held open, because a file made anew would keep the folder of a home that is being removed. So a file that
 * was removed is made anew only after a minute: by then the rest of such a home is gone too.
 */
export function openAccessLog(path: string, options: AccessLogOptions = {}): AccessLog {
  const { isHomeThere = () => true, shared } = options;
  let file: number | undefined;
  let sizeBytes = 0;
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = performance.now();
  let missingSince: number | undefined;

  /** Whether lines would go to a file that nobody finds at the path any more, and a new one may be made. */
  const isMoved = (open: number): boolean => {
    const now = performance.now();
    if (now - lookedAt < lookMilliseconds) return false;
    lookedAt = now;
    const [own, found] = [fstatSync(open), statSync(path, { throwIfNoEntry: false })];
    if (found?.ino === own.ino && found.dev === own.dev) {
      missingSince = undefined;
      return false;
    }
    missingSince ??= now;
    const isRemoved = found === undefined && own.nlink === 0;
    return isHomeThere() && (!isRemoved || now - missingSince >= removedMilliseconds);
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  /** Gives the file to write to. */
  const ready = (): number => {
    if (file !== undefined && shared) sizeBytes = fstatSync(file).size;
    if (file !== undefined && sizeBytes >= largestBytes && shared !== "follows") {
      renameSync(path, `${path}.1`);
      close();
    }
    if (file !== undefined && isMoved(file)) close();
    if (file === undefined) {
      missingSince = undefined;
      file = openSync(path, "a");
      sizeBytes = fstatSync(file).size;
    }
    return file;
  };
  // A log that cannot be written does not keep the server from answering. It is reported once, not for every line.
  let failing = false;
  const complain = (error: unknown) => {
    if (!failing) console.error(`${path} cannot be written, requests go unlogged: ${(error as Error).message}`);
    failing = true;
  };

  try {
    ready();
  } catch (error) {
    complain(error);
  }

  let appending = Promise.resolve();
  let isTorn = false;
  const flush = () => {
    timer = undefined;
    const text = isTorn ? `\n${waiting}` : waiting;
    isTorn = false;
    waiting = "";
    appending = appending
      .then(() => append(ready(), text))
      .then(() => {
        sizeBytes += Buffer.byteLength(text);
        failing = false;
      })
      .catch(async (error) => {
        complain(error);
        // A full disk may have taken a part of a line. In a shared file what follows it may be another process's.
        if (file !== undefined && !shared) await truncate(file, sizeBytes).catch(() => {});
        isTorn = shared !== undefined;
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
        if (waiting) appendFileSync(ready(), waiting);
      } catch (error) {
        complain(error);
      }
      waiting = "";
      void appending.finally(close);
    },
  };
}
