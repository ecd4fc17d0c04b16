import { execFile } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SparkPlan, sparkPlanFile } from "../../../src/images/spark-plan.ts";
import { scriptEnvironments } from "../../script-environments.ts";
import { root } from "../../server.ts";
import { canRun, launchOf } from "./open-spark.ts";
import { startCluster } from "./spark-cluster.ts";

/** Flows that others wrote have the same rows on the embedded engine, on Spark in one process, and on a cluster. */
const shared = join(root, "..", "shared", "data", "flows");
const flows = {
  claims: ["291c15a5e0--*claims.flow", "62d710d9-a288-4004-b960-6cf452c0380c.default"],
  customers: ["8da6db3ffc--*customers.flow", "dc0ba3db-3a12-49ef-8b39-a7b7867e295b.default"],
} as const;
const isThere = canRun && existsSync(shared);
const place = mkdtempSync(join(tmpdir(), "spark-flows-"));
const python = globSync("scikit-learn-1.2-*/bin", { cwd: scriptEnvironments.SAGEBRUSH_ENVIRONMENTS }).find(
  // One with packages of a job's own besides has its Python elsewhere.
  (folder) => !folder.includes("+"),
);

let cluster: Awaited<ReturnType<typeof startCluster>> | undefined;
beforeAll(async () => {
  if (isThere) cluster = await startCluster(place);
});
afterAll(() => {
  cluster?.close();
  rmSync(place, { recursive: true, force: true });
});

/** The job of a flow as a run without a sandbox has it: its folder stands for /opt/ml. */
async function rowsOf(name: keyof typeof flows, on: string): Promise<readonly unknown[]> {
  const [pattern, output] = flows[name];
  const ml = join(place, `${name} ${on.replace(/\W+/g, "-")}`);
  for (const folder of ["config", "processing/flow", "processing/in"]) mkdirSync(join(ml, folder), { recursive: true });
  writeFileSync(join(ml, "processing/flow/x.flow"), readFileSync(join(shared, globSync(pattern, { cwd: shared })[0]!)));
  writeFileSync(join(ml, `processing/in/${name}.csv`), readFileSync(join(shared, `${name}.csv`)));
  const local = (folder: string) => ({ LocalPath: `/opt/ml/processing/${folder}` });
  const job = {
    ProcessingJobName: "flow",
    ProcessingInputs: [{ InputName: `${name}.csv`, S3Input: local("in") }],
    ProcessingOutputConfig: { Outputs: [{ OutputName: output, S3Output: local("out") }] },
  };
  writeFileSync(join(ml, "config/processingjobconfig.json"), JSON.stringify(job));
  if (on !== "duckdb") {
    const { home, java } = launchOf();
    const planned = (path: string) => ({ path, inside: path });
    const plan: SparkPlan = { home: planned(home), java: planned(java), master: on, codeMib: 100 };
    writeFileSync(join(ml, sparkPlanFile), JSON.stringify(plan));
  }
  const path = [join(scriptEnvironments.SAGEBRUSH_ENVIRONMENTS, python ?? ""), process.env.PATH].join(":");
  const env = { ...process.env, PATH: path, SAGEBRUSH_ML_ROOT: ml, SAGEBRUSH_MEMORY_BYTES: String(2 * 1024 ** 3) };
  const said = await new Promise<string>((resolve) =>
    execFile(process.execPath, [join(root, "src/runtimes/prep/flow-job.ts")], { env }, (_error, out, errors) =>
      resolve(existsSync(join(ml, "output/message")) ? `${out}\n${errors}` : ""),
    ),
  );
  expect(said).toBe("");
  const files = globSync(`processing/out/flow/${output.replace(".", "/")}/*`, { cwd: ml }).sort();
  const texts = files.map((file) => readFileSync(join(ml, file), "utf8").trimEnd().split("\n"));
  // Each file has the line of names.
  return [texts[0]![0]!, ...texts.flatMap((lines) => lines.slice(1))].map(values);
}

/** The values of a line as numbers, which engines write in different ways; the flows' last column is the time of the run. */
const values = (line: string): readonly unknown[] =>
  line
    .split(",")
    .slice(0, -1)
    .map((value) => (value === "" || Number.isNaN(Number(value)) ? value : Number(value)));

for (const name of ["claims", "customers"] as const)
  test.runIf(isThere)(`the flow ${name}`, { timeout: 900_000 }, async () => {
    const embedded = await rowsOf(name, "duckdb");
    expect(embedded.length).toBe(5_001);
    expect(await rowsOf(name, "local[2]")).toEqual(embedded);
    expect(await rowsOf(name, cluster!.master)).toEqual(embedded);
  });
