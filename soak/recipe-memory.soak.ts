import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareFlowJob } from "../bench/recipe/flow-job.ts";
import { recipeFiles } from "../bench/recipe/rows.ts";
import { runProcess } from "../bench/recipe/run-process.ts";
import { differenceOf } from "../bench/recipe/same-output.ts";
import { defineSoak } from "./define-soak.ts";

/** 4 GiB of resident memory for ten million rows; the program with its buffers takes the least. */
const [fullMebibytes, fullRows, leastMebibytes] = [4_096, 10_000_000, 640];
const mostTimes = 5;

export const soak = defineSoak({
  words:
    "a flow of twenty steps under a limit of memory in proportion to its rows keeps it, and gives what it gives without one",
  unit: "rows",
  sizes: { full: fullRows, short: 200_000 },
  async run(size) {
    const files = await recipeFiles(size);
    const limit = Math.max(leastMebibytes, Math.ceil((fullMebibytes * size) / fullRows));
    const folder = mkdtempSync(join(tmpdir(), "sagebrush-recipe-memory-"));
    const said: string[] = [];
    try {
      for (const kind of ["csv", "parquet"] as const) {
        const run = async (name: string, more: Readonly<Record<string, string>>) => {
          const place = join(folder, `${kind}-${name}`);
          mkdirSync(place);
          const { environment, output, program, words } = prepareFlowJob(kind, files[kind], place);
          return { output, figures: await runProcess(program, words, { ...environment, ...more }) };
        };
        const free = await run("free", {});
        const limited = await run("limited", { SAGEBRUSH_MEMORY_BYTES: String(limit * 1024 ** 2) });
        const difference = await differenceOf(kind, free.output, limited.output);
        if (difference !== undefined) throw new Error(`${kind}: the outputs differ: ${difference}`);
        const { peakMebibytes, seconds } = limited.figures;
        if (peakMebibytes > limit)
          throw new Error(`${kind}: ${peakMebibytes.toFixed(0)} MiB are resident, of ${limit} that are allowed`);
        const times = seconds / free.figures.seconds;
        if (times > mostTimes)
          throw new Error(`${kind}: it takes ${times.toFixed(1)} times as long, of ${mostTimes} that are allowed`);
        said.push(
          `${kind} ${seconds.toFixed(1)} s with ${peakMebibytes.toFixed(0)} MiB, ${times.toFixed(2)} times the ${free.figures.seconds.toFixed(1)} s with ${free.figures.peakMebibytes.toFixed(0)} MiB`,
        );
        for (const name of ["free", "limited"]) rmSync(join(folder, `${kind}-${name}`), { recursive: true });
      }
      return `of ${limit} MiB: ${said.join("; ")}`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});
