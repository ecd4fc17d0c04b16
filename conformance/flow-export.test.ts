import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { runProgram } from "./program.ts";
import { runClient, runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });
const rides = join(root, "examples", "data", "rides.flow");
const ridesRows = join(root, "examples", "data", "rides.csv");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flow-export-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sagebrush(...words: string[]): Promise<string> {
  const { code, stderr, stdout } = await server.sagebrush(...words);
  if (code !== 0) throw new Error(`sagebrush ${words.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

const partOf = (place: string, output: string): string =>
  readFileSync(join(place, ...output.split("."), "part-00000_0.csv"), "utf8");

/** Runs the flow on this machine, and returns the rows of its outputs. */
async function rowsHere(file: string, ...words: string[]): Promise<(output: string) => string> {
  const place = mkdtempSync(join(folder, "here-"));
  await sagebrush("flow", "run", file, "--here", "--output", place, ...words);
  return (output) => partOf(place, output);
}

test("a flow runs on this machine without a server, over files in place of its sources", async () => {
  const rows = join(folder, "mine.csv");
  // A line with too few values, one with too many, and a quoted one.
  writeFileSync(rows, 'miles,fare\n1,2\n"3",\n5,6,7\n,8\n');
  const written = await rowsHere(rides, "--source", `rides.csv=${rows}`, "--node", "fare");
  expect(written("fare.default")).toBe("miles,fare,fare_per_mile\n1,2,2.0\n3,,\n5,6,1.2\n,8,\n");
  const missing = await server.sagebrush("flow", "run", rides, "--source", "rides.csv=absent.csv");
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("Give --source rides.csv=FILE.") });
  const unknown = await server.sagebrush("flow", "run", rides, "--here", "--node", "fares");
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("was fare meant?") });
});

test("a script of SQL gives in DuckDB by itself what the flow gives", async () => {
  const rows = join(folder, "ragged.csv");
  writeFileSync(rows, 'miles,fare\n1,2\n"3",\n5,6,7\n\n,8\n"a ""b""",9\n4,1e3\n');
  const words = ["--source", `rides.csv=${rows}`, "--node", "fare"];
  const written = await rowsHere(rides, ...words);
  const file = join(folder, "fare.sql");
  await sagebrush("flow", "export", rides, "--to", "sql", "--output", file, ...words);
  const script = readFileSync(file, "utf8").replace("TO 'fare.default.csv'", `TO '${join(folder, "fare.csv")}'`);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(script);
  connection.closeSync();
  instance.closeSync();
  expect(readFileSync(join(folder, "fare.csv"), "utf8")).toBe(written("fare.default"));
  const refused = await server.sagebrush("flow", "export", rides, "--to", "sql", "--output", file);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("In node code, custom_pandas: It is code"),
  });
});

const keepRides = `
import sagemaker
from sagemaker.s3 import S3Downloader, S3Uploader
session = sagemaker.Session()
S3Uploader.upload(${JSON.stringify(ridesRows)}, f"s3://{session.default_bucket()}/rides", sagemaker_session=session)
print("PLACE " + f"s3://{session.default_bucket()}/rides/rides.csv")
`;

test("a script of a job runs the flow with SageMaker's SDK; its request runs it with the AWS CLI", async (context) => {
  const place = /PLACE (.*)$/m.exec(await runPython(context, server, "v2", keepRides))![1]!;
  const words = ["--to", "job", "--source", `rides.csv=${place}`];
  const script = join(folder, "rides_job.py");
  await sagebrush("flow", "export", rides, ...words, "--output", script);
  const { code, stderr, stdout } = await runClient(context, server, "v2", ["python", script]);
  if (code !== 0) throw new Error(stdout + stderr);
  const written = await rowsHere(rides);
  const [train] = /^s3:.*parts\/Train\/$/m.exec(stdout)!;
  const read = async (folder: string): Promise<string> => {
    const said = await runPython(
      context,
      server,
      "v2",
      `import json, sagemaker
from sagemaker.s3 import S3Downloader
session = sagemaker.Session()
[file] = S3Downloader.list("${folder}", sagemaker_session=session)
print("ROWS " + json.dumps(S3Downloader.read_file(file, sagemaker_session=session)))`,
    );
    return JSON.parse(/^ROWS (.*)$/m.exec(said)![1]!);
  };
  expect(await read(train)).toBe(written("parts.Train"));

  const request = join(folder, "job.json");
  await sagebrush("flow", "export", rides, ...words, "--output", request, "--node", "fare");
  const create = ["aws", "sagemaker", "create-processing-job", "--cli-input-json", `file://${request}`];
  const made = await runClient(context, server, "v2", create);
  if (made.code !== 0) throw new Error(made.stderr);
  const wait = `import boto3
waiter = boto3.client("sagemaker").get_waiter("processing_job_completed_or_stopped")
waiter.wait(ProcessingJobName="rides", WaiterConfig={"Delay": 1, "MaxAttempts": 200})`;
  await runPython(context, server, "v2", wait);
  const { S3Output } = JSON.parse(readFileSync(request, "utf8")).ProcessingOutputConfig.Outputs[0];
  expect(await read(`${S3Output.S3Uri}/rides/fare/default/`)).toMatch(/^miles,fare,fare_per_mile\n/);
});

test("a pipeline of the SDK has the definition that is exported", async (context) => {
  const words = ["--to", "pipeline", "--source", "rides.csv=s3://rides/rides.csv"];
  const script = join(folder, "rides_pipeline.py");
  await sagebrush("flow", "export", rides, ...words, "--output", script);
  const { code, stderr, stdout } = await runClient(context, server, "v2", ["python", script]);
  if (code !== 0) throw new Error(stdout + stderr);
  const made = JSON.parse(stdout.trim().split("\n").at(-1)!);
  const file = join(folder, "pipeline.json");
  await sagebrush("flow", "export", rides, ...words, "--output", file);
  const exported = JSON.parse(readFileSync(file, "utf8"));
  const argumentsOf = (definition: typeof made) => definition.Steps[0].Arguments;
  const plain = (given: object) =>
    JSON.parse(JSON.stringify(given).replaceAll(/\/data_wrangler_flows\/[^"]*/g, "/flow"), (key, value) =>
      key === "ImageUri" || key === "AppManaged" || key === "S3DataDistributionType" || key === "S3CompressionType"
        ? undefined
        : value,
    );
  expect(plain(argumentsOf(exported))).toEqual(plain(argumentsOf(made)));
  expect({ ...exported, Steps: undefined }).toEqual({ ...made, Steps: undefined });
});

/** Runs a program of Python in a folder, with the pandas of an environment. */
async function runScript(context: TestContext, environment: "v2" | "v3", program: string): Promise<void> {
  const lines = `cd ${folder} && PYTHONWARNINGS=ignore python ${program}`;
  const { code, stderr, stdout } = await runClient(context, server, environment, ["sh", "-ec", lines]);
  if (code !== 0) throw new Error(stdout + stderr);
}

test("a script and a notebook of pandas give what the flow gives, code of a user's included", async (context) => {
  const written = await rowsHere(rides);
  const [script, notebook] = [join(folder, "rides.py"), join(folder, "rides.ipynb")];
  await sagebrush("flow", "export", rides, "--to", "python", "--output", script);
  await sagebrush("flow", "export", rides, "--to", "notebook", "--output", notebook);
  // The pandas of today's two SDKs: 2 and 3.
  for (const environment of ["v2", "v3"] as const) {
    await runScript(context, environment, script);
    for (const output of ["parts.Train", "parts.Test"])
      expect(readFileSync(join(folder, `${output}.csv`), "utf8")).toBe(written(output));
    rmSync(join(folder, "parts.Train.csv"));
  }
  const validate = `import nbformat; nbformat.validate(nbformat.read(${JSON.stringify(notebook)}, as_version=4))`;
  await runPython(context, server, "notebook", validate);
  const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as {
    cells: readonly { readonly cell_type: string; readonly source: readonly string[] }[];
  };
  expect(cells.map(({ source }) => source.join("")).join("\n")).toMatch(/^## 5\. Sort \(node sorted\)$/m);
  const code = cells.filter(({ cell_type: type }) => type === "code").map(({ source }) => source.join(""));
  writeFileSync(join(folder, "cells.py"), code.join("\n"));
  await runScript(context, "v2", "cells.py");
  expect(readFileSync(join(folder, "parts.Train.csv"), "utf8")).toBe(written("parts.Train"));
});

const shared = join(root, "..", "shared", "data", "flows");

test.skipIf(!existsSync(shared)).each([
  ["claims", "291c15a5e0--*claims.flow"],
  ["customers", "8da6db3ffc--*customers.flow"],
])("a script of pandas gives all rows of %s", async (name, pattern) => {
  const file = join(shared, globSync(pattern, { cwd: shared })[0]!);
  const source = ["--source", `${name}.csv=${join(shared, `${name}.csv`)}`];
  const place = mkdtempSync(join(folder, "rows-"));
  await sagebrush("flow", "run", file, "--here", "--output", place, ...source);
  const [part] = globSync("*/default/*.csv", { cwd: place });
  const script = join(place, "script.py");
  await sagebrush("flow", "export", file, "--to", "python", "--output", script, ...source);
  const python = join(root, ".venv-v2", "bin", "python");
  const { code, stderr } = await runProgram("sh", ["-ec", `cd ${place} && ${python} script.py`], { env: process.env });
  expect(code, stderr).toBe(0);
  const [output] = globSync("*.default.csv", { cwd: place });
  // The last column is the time at which the code runs.
  const rows = (file: string) =>
    readFileSync(file, "utf8")
      .replaceAll(/,[^,\n]*$/gm, "")
      .split("\n");
  const given = rows(join(place, output!));
  expect(given.length).toBe(5_002);
  expect(given).toEqual(rows(join(place, part!)));
});
