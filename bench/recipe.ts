import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPythonEnvironment } from "../tools/python-environments.ts";
import { prepareFlowJob } from "./recipe/flow-job.ts";
import { recipeFiles } from "./recipe/rows.ts";
import { type ProcessFigures, runProcess } from "./recipe/run-process.ts";
import { differenceOf } from "./recipe/same-output.ts";
import { machine } from "./servers.ts";

const root = join(import.meta.dirname, "..");
const kinds = ["csv", "parquet"] as const;
type Kind = (typeof kinds)[number];

/** How many times as fast as each peer a recipe is asked to be, at a million rows and at ten. */
const asked: Readonly<Record<string, readonly [number, number]>> = {
  DuckDB: [0.85, 0.85],
  Polars: [0.95, 0.95],
  pandas: [4, 6],
  Spark: [8, 4.5],
};

interface Peer {
  readonly name: string;
  /** Does the recipe with a file, and says where the output is. */
  prepare(kind: Kind, input: string, folder: string): { readonly run: () => Promise<ProcessFigures>; output: string };
}

/**
 * A flow of twenty steps over so many rows of twenty columns, a million if none is given, beside pandas, Polars, Spark and DuckDB
 * by hand: each in a process of its own, start included, in turn. The outputs are compared row by row.
 */
export async function run(given = "1000000"): Promise<void> {
  const rows = Number(given);
  const turns = rows > 2_000_000 ? 1 : 3;
  const problem = await createPythonEnvironment("recipe");
  if (problem !== undefined) throw new Error(problem);
  const files = await recipeFiles(rows);
  const java = javaHome();
  const peers = [own, byHand, ...["pandas", "Polars"].map(python), ...(java ? [python("Spark")] : [])];
  if (!java) console.log("Spark is left out: there is no JDK in /usr/lib/jvm.");
  console.log(`${machine()}; ${rows} rows, the best of ${turns} turns`);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-recipe-"));
  const problems: string[] = [];
  try {
    for (const kind of kinds) {
      const best = new Map<string, ProcessFigures>();
      const outputs = new Map<string, string>();
      for (let turn = 0; turn < turns; turn++)
        for (const { name, prepare } of peers) {
          const place = join(folder, `${kind}-${name}`);
          rmSync(place, { recursive: true, force: true });
          mkdirSync(place);
          const { output, run: act } = prepare(kind, files[kind], place);
          const figures = await act();
          outputs.set(name, output);
          if (figures.seconds < (best.get(name)?.seconds ?? Number.POSITIVE_INFINITY)) best.set(name, figures);
        }
      console.log(
        `\n${kind.padEnd(10)}${"s".padStart(8)}${"CPU s".padStart(8)}${"MiB".padStart(8)}   times as fast, asked`,
      );
      const mine = best.get(own.name)!;
      for (const [name, { cpuSeconds, peakMebibytes, seconds }] of best) {
        const wanted = asked[name]?.[rows > 2_000_000 ? 1 : 0];
        const ratio = wanted === undefined ? "" : `   ${(seconds / mine.seconds).toFixed(2)}x, ${wanted}x`;
        console.log(
          `${name.padEnd(10)}${seconds.toFixed(2).padStart(8)}${cpuSeconds.toFixed(1).padStart(8)}${peakMebibytes.toFixed(0).padStart(8)}${ratio}`,
        );
      }
      for (const { name } of peers.slice(1)) {
        const difference = await differenceOf(kind, outputs.get(own.name)!, outputs.get(name)!);
        if (difference !== undefined) problems.push(`${kind}, ${name}: ${difference}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (problems.length > 0) throw new Error(`The outputs differ. ${problems.join("; ")}`);
}

/** The job's own program, over a folder as a job has it. */
const own: Peer = {
  name: "Sagebrush",
  prepare(kind, input, folder) {
    const { environment, output, program, words } = prepareFlowJob(kind, input, folder);
    return { run: () => runProcess(program, words, environment), output };
  },
};

const byHand: Peer = {
  name: "DuckDB",
  prepare(kind, input, folder) {
    const output = join(folder, `output.${kind}`);
    const program = join(import.meta.dirname, "recipe", "duckdb.ts");
    return { run: () => runProcess(process.execPath, [program, kind, input, output]), output };
  },
};

const python = (name: string): Peer => ({
  name,
  prepare(kind, input, folder) {
    const output = join(folder, `output.${kind}`);
    const program = join(import.meta.dirname, "recipe", `with_${name.toLowerCase()}.py`);
    const environment: Record<string, string> = name === "Spark" ? { JAVA_HOME: javaHome()! } : {};
    return {
      run: () => runProcess(join(root, ".venv-recipe", "bin", "python"), [program, kind, input, output], environment),
      output: name === "Spark" ? `${output}/*.${kind}` : output,
    };
  },
});

/** The newest that is installed; undefined where there is none. */
function javaHome(): string | undefined {
  const folder = "/usr/lib/jvm";
  const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) =>
    existsSync(join(folder, name, "bin", "java")),
  );
  // Spark runs on 17 and newer.
  const newest = names.sort((a, b) => Number(/\d+/.exec(b)?.[0] ?? 0) - Number(/\d+/.exec(a)?.[0] ?? 0))[0];
  return newest && join(folder, newest);
}
