import { open, stat } from "node:fs/promises";
import { EngineFault, type EngineTable } from "../port.ts";
import { inflatedBytes } from "./file-bytes.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** Files that were whole; what lies in a store of objects does not change. */
const known = new Set<string>();
const mostKnown = 10_000;

/**
 * Looks whether the compressed files of rows are whole: DuckDB takes the end of one that breaks off, or is damaged, for the end
 * of its rows. @throws EngineFault that names the first that is not
 */
export async function checkWhole(tables: readonly EngineTable[], folder: string, signal: AbortSignal): Promise<void> {
  for (const { files, format } of tables) {
    if (format.kind === "parquet" || format.kind === "iceberg" || format.kind === "files") continue;
    for (const { path, sizeBytes, uri } of files) {
      if (sizeBytes === 0 || !/\.(gz|zst)$/i.test(path)) continue;
      const place = `${folder}/${path}`;
      const found = await stat(place).catch(() => undefined);
      // What is missing is told by whoever reads it.
      if (!found) continue;
      const { dev, ino, mtimeMs, size } = found;
      const identity = [dev, ino, mtimeMs, size].join(" ");
      if (known.has(identity)) continue;
      const problem = await (/\.gz$/i.test(path) ? problemOfGzip(place, signal) : problemOfZstd(place));
      if (problem !== undefined)
        throw new EngineFault("data", `HIVE_CURSOR_ERROR: Failed to read file at ${uri}: ${problem}`);
      if (signal.aborted) return;
      if (known.size >= mostKnown) known.clear();
      known.add(identity);
    }
  }
}

const brokenOff = "its compressed bytes break off before their end";

/** What follows the last member, and a file that is none, are no concern of it. */
async function problemOfGzip(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    for await (const _ of inflatedBytes(path)) if (signal.aborted) return undefined;
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "Z_BUF_ERROR") return brokenOff;
    return code !== "Z_DATA_ERROR" || message === "incorrect header check"
      ? undefined
      : `its compressed bytes are damaged (${message})`;
  }
}

async function problemOfZstd(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    return (await zstdFrames(file)).isWhole ? undefined : brokenOff;
  } finally {
    await file.close();
  }
}
