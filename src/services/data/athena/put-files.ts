import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { FileHead } from "../../../engines/engine-frame.ts";
import type { IcebergWritten } from "../../../engines/port.ts";
import { endOf, type QueryEngine } from "./engine-work.ts";
import { putObject } from "./put-result.ts";
import type { QueryRun } from "./query-run.ts";

export interface PutFiles {
  readonly rows: number;
  readonly milliseconds: number;
  /** The keys of the objects below the location, in order. */
  readonly paths: readonly string[];
  readonly bytes: number;
  readonly iceberg?: IcebergWritten;
}

/** An engine puts the files of a query into a folder that is called by the query. */
const belowFolder = (path: string): string => path.split("/").slice(1).join("/") || path;

/** Puts the files of an answer below a location, one after the other. Each object is whole when it is there. */
export async function putFiles(
  run: QueryRun,
  answer: ReturnType<QueryEngine["ask"]>,
  location: string,
  nameOf: (path: string) => string = belowFolder,
): Promise<PutFiles> {
  const paths: string[] = [];
  let [rows, milliseconds, bytes] = [0, 0, 0];
  let iceberg: IcebergWritten | undefined;
  let open: { readonly body: PassThrough; readonly put: Promise<void>; left: number } | undefined;
  const close = async () => {
    open?.body.end();
    await open?.put;
    open = undefined;
  };
  try {
    for await (const { type, body } of answer) {
      if (type === "file") {
        const { path, sizeBytes } = JSON.parse(body.toString("utf8")) as FileHead;
        const name = nameOf(path);
        const stream = new PassThrough();
        // What goes wrong with it is told by the put, which may have ended before.
        stream.on("error", () => {});
        paths.push(name);
        open = { body: stream, put: putObject(run, `${location}${name}`, stream), left: sizeBytes };
        open.put.catch(() => {});
        if (sizeBytes === 0) await close();
      }
      if (type === "bytes" && open) {
        bytes += body.length;
        open.left -= body.length;
        if (!open.body.write(Buffer.from(body))) await Promise.race([once(open.body, "drain"), open.put]);
        if (open.left <= 0) await close();
      }
      if (type === "end") ({ rows, milliseconds, iceberg } = endOf(body));
    }
  } catch (error) {
    open?.body.destroy(error as Error);
    await open?.put.catch(() => {});
    throw error;
  }
  return { rows, milliseconds, paths, bytes, ...(iceberg && { iceberg }) };
}
