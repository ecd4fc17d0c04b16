import { Readable } from "node:stream";
import { putMetadata, putObject } from "./put-result.ts";
import type { QueryRun } from "./query-run.ts";

/** Puts the list of the files that were written below a location, and an empty result of how many rows there were. */
export async function putManifest(run: QueryRun, location: string, paths: readonly string[]): Promise<string> {
  const manifest = `${run.query.wanted.output}${run.query.key.name}-manifest.csv`;
  const text = paths.map((path) => `${location}${path}\n`).join("");
  await Promise.all([
    putObject(run, manifest, Readable.from([Buffer.from(text)], { objectMode: false })),
    putObject(run, run.query.actual.location, Readable.from([Buffer.from("")], { objectMode: false })),
    putMetadata(run, [{ name: "rows", type: "bigint" }]),
  ]);
  return manifest;
}
