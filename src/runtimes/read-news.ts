import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newsFile } from "../base/news-file.ts";
import type { TrainingNews } from "../images/training-plan.ts";
import { mlRoot } from "./ml-root.ts";
import { createOutputFiles, type OutputFiles } from "./output-files.ts";
import { replaceOwnFile } from "./own-files.ts";

/**
 * Returns what does what the server says was changed of the job, if it has said anything new: it writes the files of
 * the container contract anew, and keeps the folders that are to be kept from now on.
 * @param kept the folders that are kept; it is changed
 */
export function createNewsReader(kept: OutputFiles[]): () => void {
  const place = join(process.env.SAGEBRUSH_OWN_FOLDER ?? "/run/sagebrush/own", newsFile);
  let done: string | undefined;
  return () => {
    const text = textAt(place);
    if (text === undefined || text === done) return;
    done = text;
    const news = JSON.parse(text) as TrainingNews;
    for (const [path, content] of Object.entries(news.files)) replaceOwnFile(join(mlRoot, path), content);
    const known = new Map(kept.map((files) => [JSON.stringify(files.output), files]));
    kept.splice(
      0,
      kept.length,
      ...news.kept.map((folder) => known.get(JSON.stringify(folder)) ?? createOutputFiles(folder, mlRoot)),
    );
  };
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
