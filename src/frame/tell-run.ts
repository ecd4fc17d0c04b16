import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newsFile } from "../base/news-file.ts";
import type { Executor } from "../executors/port.ts";

/** Puts news for what stages a run into the run's own folder, in one step; a run without such a folder is told nothing. */
export async function tellRun(executor: Executor, runId: string, news: string): Promise<void> {
  const folder = executor.ownFolder?.(runId);
  if (folder === undefined) return;
  const file = join(folder, newsFile);
  try {
    if ((await readFile(file, "utf8").catch(() => undefined)) === news) return;
    await writeFile(`${file}.new`, news);
    await rename(`${file}.new`, file);
  } catch (error) {
    // The run has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
