import { Readable } from "node:stream";
import { putMetadata, putObject } from "./put-result.ts";
import type { QueryRun } from "./query-run.ts";

interface Written {
  /** Below the location. */
  readonly paths: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Puts the list of the files that were written, and an empty result. */
export async function putManifest(run: QueryRun, location: string, { columns, paths }: Written): Promise<string> {
  const manifest = `${run.query.wanted.output}${run.query.key.name}-manifest.csv`;
  const text = paths.map((path) => `${location}${path}\n`).join("");
  await Promise.all([
    putObject(run, manifest, Readable.from([Buffer.from(text)], { objectMode: false })),
    putObject(run, run.query.actual.location, Readable.from([Buffer.from("")], { objectMode: false })),
    putMetadata(run, columns),
  ]);
  return manifest;
}
