import { Readable } from "node:stream";
import { putMetadata, putObject } from "./put-result.ts";
import type { QueryRun } from "./query-run.ts";

/** Puts the list of the files that were written below a location, and what is known of a result that has no rows. */
export async function putManifest(run: QueryRun, location: string, paths: readonly string[]): Promise<string> {
  const manifest = `${run.query.wanted.output}${run.query.key.name}-manifest.csv`;
  const text = paths.map((path) => `${location}${path}\n`).join("");
  const { location: result } = run.query.actual;
  await Promise.all([
    // EXECUTE has a result, whatever it executes.
    result.endsWith(".csv")
      ? putObject(run, result, Readable.from([Buffer.from("")], { objectMode: false }))
      : undefined,
    putObject(run, manifest, Readable.from([Buffer.from(text)], { objectMode: false })),
    putMetadata(run, [{ name: "rows", type: "bigint" }]),
  ]);
  return manifest;
}
