import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterEach, beforeEach, expect, type TestContext, test } from "vitest";
import { connectionVariables } from "../src/base/connection.ts";
import { runVariables } from "../src/executors/run-variables.ts";
import { blocksOf, guideFolder } from "./guide-page.ts";
import { runProgram } from "./program.ts";
import { recordProven } from "./proven.ts";
import type { PythonEnvironment } from "./python-clients.ts";
import { root, useServer } from "./server.ts";

/** Runs what the pages of docs/guide say, read from the pages: in a folder like that of Sagebrush, with a home of its own. */

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-guide-"));
  // Examples write beside themselves, and pages write where they are; neither is to touch the project.
  for (const name of readdirSync(root)) if (!name.startsWith(".git")) symlinkSync(join(root, name), join(folder, name));
  rmSync(join(folder, "examples"));
  execFileSync("cp", ["-r", join(root, "examples"), join(folder, "examples")]);
  environment = { ...process.env, HOME: folder, AWS_REGION: "us-west-2", SAGEBRUSH_PORT: "0", TMPDIR: folder };
  for (const name of Object.keys(environment))
    if (/^(AWS_(?!REGION)|SAGEBRUSH_HOME|PYTHONPATH)/.test(name)) delete environment[name];
});
afterEach(async () => {
  for (const home of [".sagebrush", "restored"]) {
    await runProgram(process.execPath, [join(root, "bin", "sagebrush"), "stop", "--home", join(folder, home)], {
      env: environment,
    });
    if (existsSync(join(folder, home))) await recordProven(join(folder, home));
  }
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (program: string, words: readonly string[], input = "") =>
  runProgram(program, words, { cwd: folder, env: environment, input });

/**
 * Saves a page's files, then runs its shell blocks in order, each a part of one script that stops at what fails. A line
 * with the words `elsewhere` is left to another test.
 */
async function follow(
  context: TestContext,
  page: string,
  python?: PythonEnvironment,
  elsewhere?: string,
): Promise<string> {
  if (python) usePython(context, python);
  const blocks = blocksOf(page);
  for (const { file, text } of blocks) if (file) save(file, text);
  const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n"));
  const script = lines.filter((line) => elsewhere === undefined || !line.includes(elsewhere));
  expect(lines.length - script.length).toBe(elsewhere === undefined ? 0 : 1);
  const result = await inFolder("sh", ["-e", "-c", script.join("\n")]);
  expect(result, result.stderr + result.stdout).toMatchObject({ code: 0 });
  return result.stdout;
}

function save(file: string, text: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function usePython(context: TestContext, name: PythonEnvironment): void {
  const bin = join(root, `.venv-${name}`, "bin");
  if (!existsSync(join(bin, "python"))) {
    const reason = `.venv-${name} is missing; npm test installs it`;
    if (process.env.CI) throw new Error(reason);
    context.skip(reason);
  }
  environment.PATH = bin + delimiter + environment.PATH;
}

/** The texts that a notebook's cells printed or gave, in order. */
function outputsOf(file: string): string[] {
  const { cells } = JSON.parse(readFileSync(file, "utf8"));
  type Output = { text?: string[]; data?: Record<string, string[]> };
  return cells.flatMap(({ outputs = [] }: { outputs?: Output[] }) =>
    outputs.map(({ text, data }) => (text ?? data?.["text/plain"] ?? []).join("")),
  );
}

test("notebooks: the example runs from its first cell to its last, started by exec", async (context) => {
  await follow(context, "notebooks", "notebook");
  const outputs = outputsOf(join(folder, "examples", "executed.ipynb"));
  expect(outputs[0]).toMatch(/^'http:\/\/127\.0\.0\.1:\d+'$/);
  expect(outputs[2]).toMatch(/^\('Completed',\s+None,\s+'s3:\/\/.*model\.tar\.gz'\)$/);
  expect(outputs.at(-2)).toMatch(/^accuracy 0\.9\d\d on 114 held-out rows\n$/);
  expect(outputs.at(-1)).toBe("deleted\n");
  // The example is kept without outputs.
  expect(outputsOf(join(root, "examples", "breast-cancer.ipynb"))).toEqual([]);

  const cell = blocksOf("notebooks").find(({ language }) => language === "python")!;
  const proof = `${cell.text}\nimport boto3\nprint(boto3.client("sts").get_caller_identity()["Arn"])`;
  const kernel = await inFolder("python", ["-c", proof]);
  expect(kernel).toMatchObject({ code: 0, stdout: expect.stringContaining(":assumed-role/SageMakerRole/") });
});

test("sagemaker-sdk: what exec sets is enough", async (context) => {
  // main-job.test.ts runs the example so; it takes a minute in which the SDK sleeps between looks at the job.
  const output = await follow(context, "sagemaker-sdk", "v2", "exec -- python examples/xgboost_sdk.py");
  expect(output).toMatch(/^sagemaker-us-west-2-123456789012$/m);
});

/** Pages of many commands, each a program of its own, on a machine that does other things as well. */
const commandsTimeout = 900_000;

test(
  "data preparation: a flow is looked at and run",
  async (context) => {
    const output = await follow(context, "data-preparation", "v2");
    expect(output).toContain("Train: 30 rows of miles,fare,fare_per_mile,long_ride");
    expect(output).toContain("Test: 10 rows of");
    expect(output).toContain("Wrote 30 rows and 4 columns of the output parts.Train.");
    expect(output).toMatch(/prepared\/flow-\w+\/parts\/Test\/part-00000_0\.csv/);
  },
  commandsTimeout,
);

test(
  "looking-at-data: a file is reported on, looked at, and compared",
  async (context) => {
    const output = await follow(context, "looking-at-data");
    expect(output).toContain("569 rows, 31 columns");
    expect(output).toContain("Target diagnosis: classification. The target has 2 values.");
    expect(output).toContain("Histogram of all 569 rows.");
    expect(output).toContain("Compared: 569 rows before, 569 now.");
    expect(output).toContain("500 rows, 3 columns");
    expect(output).toContain("Histogram of all 400 rows.");
    expect(output).toContain("Compared: 250 rows before, 500 now.");
    for (const name of ["report.html", "histogram.html"]) {
      const page = readFileSync(join(folder, name), "utf8");
      expect(page).toContain("<svg");
      expect(page).not.toMatch(/<(?:link|img|script src)|url\(|@import/);
    }
  },
  commandsTimeout,
);

test("processing: jobs are listed", async (context) => {
  // processing-sdk.test.ts runs the example with both versions of the SDK.
  const output = await follow(context, "processing", "v2", "exec -- python examples/processing_sdk.py");
  expect(output).toContain('"ProcessingJobSummaries": []');
});

test("batch-transform: jobs are listed", async (context) => {
  // batch-transform-sdk.test.ts runs the example with both versions of the SDK.
  const output = await follow(context, "batch-transform", "v2", "exec -- python examples/batch_transform.py");
  expect(output).toContain('"TransformJobSummaries": []');
});

test("training-scripts: the server starts", async (context) => {
  // checkpoints.test.ts runs the example, with environments that are there.
  await follow(context, "training-scripts", "v3", "exec -- python examples/resumed_training.py");
});

test("serving: the server starts", async (context) => {
  // serving-scripts.test.ts runs the example, with environments that are there.
  await follow(context, "serving", "v2", "exec -- python examples/serving_script.py");
});

test("algorithms: one is made and listed", async (context) => {
  expect(await follow(context, "algorithms", "v2")).toMatch(/^trees$/m);
});

test("data: a server starts with a file system", async (context) => {
  // training-data.test.ts runs the example.
  await follow(context, "data", "v2", "exec -- python examples/pipe_mode.py");
});

test("endpoints: the server starts", async (context) => {
  // endpoint-updates.test.ts runs the example.
  await follow(context, "endpoints", "v3", "exec -- python examples/live_endpoint.py");
});

test("asynchronous-inference: the server starts", async (context) => {
  // asynchronous.test.ts runs the example.
  await follow(context, "asynchronous-inference", "v3", "exec -- python examples/asynchronous_inference.py");
});

test("inference-components: there are none yet", async (context) => {
  // inference-components.test.ts runs the example.
  const output = await follow(context, "inference-components", "v3", "exec -- python examples/inference_components.py");
  expect(output).toMatch(/^0$/m);
});

test("shadow-tests: the server starts", async (context) => {
  // inference-experiments.test.ts runs the example.
  await follow(context, "shadow-tests", "v3", "exec -- python examples/shadow_test.py");
});

test("search: a group is found by its tag", async (context) => {
  expect(await follow(context, "search", "v2")).toMatch(/^churn-models\nTags\.team\n/m);
});

test("alarms: one is set by hand, and one goes off", async (context) => {
  const output = await follow(context, "alarms", "v2");
  expect(output).toMatch(/^ALARM\ta drill$/m);
  expect(output).toMatch(/^ALARM because Threshold Crossed: 1 out of the last 1 datapoints \[9\.0 \(/m);
  expect(output).toMatch(/^Alarm updated from \w+ to ALARM \[9\.0\]$/m);
});

test("data-catalog: partitions are found by an expression, and tables by their name", async (context) => {
  const output = await follow(context, "data-catalog", "v2");
  expect(output).toMatch(/^2026-01-01\t17$/m);
  expect(output).toMatch(/^orders$/m);
  expect(output).toMatch(/^still there$/m);
});

test("auto-scaling: nothing is scaled yet", async (context) => {
  // auto-scaling.test.ts runs the example, with an endpoint.
  expect(await follow(context, "auto-scaling", "v2")).toMatch(/^0\n0$/m);
});

test("sql: a file is queried, and a table is made of the rows", async (context) => {
  const printed = await follow(context, "sql", "v2");
  for (const part of [
    ...["[['item', 'twice'], ['pen, blue', '3.0'], ['ink', '6.0']]", "TableScan[table = awsdatacatalog.shop.orders"],
    ...["s3://lake/orders/a.csv", "[2,3]", '{"item":"ink","price":3.0}'],
  ])
    expect(printed).toContain(part);
});

test("iceberg: rows of a table change, and it remembers what it was", async (context) => {
  await follow(context, "iceberg", "v2");
});

test("feature-history: a stream is taken into a group, and orders get the features of their time", async (context) => {
  const output = await follow(context, "feature-history", "v2");
  expect(output).toContain(
    "order,customer,ordered,pages.1\n1,ann,2026-01-01T12:00:00Z,3\n2,ann,2026-01-03T12:00:00Z,9\n",
  );
  expect(output).toContain("3,bob,2026-01-01T12:00:00Z,5\n");
});

test("topics-and-queues: a topic fills a queue with what its filter lets through", async (context) => {
  expect(await follow(context, "topics-and-queues", "v2")).toMatch(/^two cups\n$/m);
});

test("typescript: the program compiles and runs", async (context) => {
  expect(await follow(context, "typescript")).toMatch(/^probabilities of 0\.9 and 0\.1: \[ '0\.9\d+', '0\.0\d+' \]$/m);
  const { set } = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout);
  Object.assign(environment, {
    MY_SAGEBRUSH: set.AWS_ENDPOINT_URL.replace("127.0.0.1", "localhost"),
    MY_KEY_ID: set.AWS_ACCESS_KEY_ID,
    MY_SECRET: set.AWS_SECRET_ACCESS_KEY,
  });
  expect(await inFolder(process.execPath, ["by-hand.ts"])).toMatchObject({
    stdout: expect.stringMatching(/^\d buckets\n$/),
    code: 0,
  });
  const options = "--noEmit --strict --target es2024 --module nodenext --skipLibCheck --types node".split(" ");
  const words = [join(root, "node_modules", ".bin", "tsc"), "--ignoreConfig", ...options, "train.ts", "by-hand.ts"];
  expect(await inFolder(process.execPath, words)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("ci: a server for one run, and the same lines in a workflow", async (context) => {
  await follow(context, "ci", "v2");
  const workflow = blocksOf("ci").find(({ language }) => language === "yaml")!.text;
  const lines = [...workflow.matchAll(/- run: (.+)/g)].map(([, line]) => line!);
  symlinkSync(root, join(folder, "sagebrush"));
  environment.SAGEBRUSH_HOME = join(folder, ".sagebrush");
  const ours = lines.filter((line) => line.startsWith("sagebrush/bin/sagebrush"));
  expect(ours).toHaveLength(2);
  for (const line of ours) {
    const result = await inFolder("sh", ["-c", line]);
    expect(result, result.stderr).toMatchObject({ code: 0 });
  }
  expect(lines.at(-1)).toBe("cat /tmp/sagebrush/server.log");
  expect(existsSync(join(folder, ".sagebrush", "server.log"))).toBe(true);
});

test("operation: a key is changed, a home is backed up and brought back", async (context) => {
  usePython(context, "v2");
  const start = await inFolder("bin/sagebrush", ["start", "--detach"]);
  expect(start.code).toBe(0);
  const before = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout).set;
  const made = "aws sagemaker create-model-package-group --model-package-group-name kept";
  expect(await inFolder("sh", ["-c", `bin/sagebrush exec -- ${made}`])).toMatchObject({ code: 0 });
  const output = await follow(context, "operation", "v2");
  expect(output).toContain(":assumed-role/SageMakerRole/");
  expect(output).toContain('"TrainingJobSummaries": []');
  const after = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout).set;
  expect(after.AWS_ACCESS_KEY_ID).toBe("TEAM2026");
  // The old key is refused, and what was made before is in both homes.
  const list = (more: string) =>
    inFolder("sh", ["-c", `${more} aws sagemaker list-model-package-groups --output text`]);
  const old = { ...before, AWS_ENDPOINT_URL: after.AWS_ENDPOINT_URL };
  const variables = Object.entries(old).map(([name, value]) => `${name}='${value}'`);
  expect(await list(variables.join(" "))).toMatchObject({
    stdout: "",
    stderr: expect.stringContaining("UnrecognizedClient"),
  });
  expect((await list("bin/sagebrush exec --")).stdout).toContain("kept");
  const restored = "--home restored";
  await inFolder("sh", ["-c", `bin/sagebrush start --detach ${restored}`]);
  expect((await list(`bin/sagebrush exec ${restored} --`)).stdout).toContain("kept");
});

test("studio: a link is printed by start, and a new one by studio", async (context) => {
  const links =
    (await follow(context, "studio")).match(/http:\/\/127\.0\.0\.1:\d+\/_studio\/sign-in#[\w-]{43}$/gm) ?? [];
  expect(new Set(links).size).toBe(2);
  const log = readFileSync(join(folder, ".sagebrush", "server.log"), "utf8");
  for (const link of links) expect(log).not.toContain(link.split("#")[1]);
});

test("go: the page shows the program of examples/go as it is", () => {
  const shown = blocksOf("go").find(({ language }) => language === "go")!.text;
  expect(shown).toBe(readFileSync(join(root, "examples", "go", "main.go"), "utf8"));
});

test("model-registry: the example runs", async (context) => {
  expect(await follow(context, "model-registry", "v2")).toMatch(/approved/i);
});

test("feature-store: the example runs", async (context) => {
  const output = await follow(context, "feature-store", "v2");
  expect(output).toContain(
    [
      "put: 3 orders",
      "updated: 4 orders, 42.5 spent",
      "found: ada, bea",
      "listed: ada, cleo",
      "growth has: spent",
      "customers",
    ].join("\n"),
  );
});

test("every page with lines for a shell is followed by a test", () => {
  const withLines = readdirSync(guideFolder)
    .map((file) => file.replace(/\.md$/, ""))
    .filter((page) => blocksOf(page).some(({ language }) => language === "sh"));
  const tests = readFileSync(import.meta.filename, "utf8").matchAll(/ follow\(context, "([\w-]+)"/g);
  // The lines for Go need Go, those for databases need one, and those for Spark a Spark: they are followed by the systems.
  expect([...Array.from(tests, ([, page]) => page), "go", "data-sources", "spark-jobs"].sort()).toEqual(
    withLines.sort(),
  );
});

test("every variable and command that the guide names is there", async () => {
  const pages = readdirSync(guideFolder).map((file) => readFileSync(join(guideFolder, file), "utf8"));
  const settings = readFileSync(join(root, "docs", "reference", "settings.md"), "utf8");
  const commands = readFileSync(join(root, "docs", "reference", "command-line.md"), "utf8");
  const named = new Set(pages.flatMap((page) => page.match(/\bSAGEBRUSH_[A-Z_]+\b/g) ?? []));
  // Of a workflow's own repository, and not of the server.
  named.delete("SAGEBRUSH_REPOSITORY");
  // What programs of a run find.
  for (const name of runVariables) named.delete(name);
  // Each is called by its connection.
  for (const name of named) if (name.startsWith(connectionVariables)) named.delete(name);
  expect(named.size).toBeGreaterThan(5);
  for (const name of named) expect(settings, name).toContain(`| \`${name}\` `);
  const used = new Set(
    pages.flatMap((page) => [...page.matchAll(/bin\/sagebrush ([a-z]+(?:-[a-z]+)*)/g)].map(([, name]) => name!)),
  );
  for (const name of used) expect(commands, name).toContain(`\n## ${name}\n`);
});

const server = useServer();

/** The answer to a path that is sent as it is written. */
const ask = (path: string) =>
  new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const [hostname, port] = new URL(server.url).host.split(":");
    get({ hostname, port, path }, (response) => {
      const { statusCode: status = 0, headers } = response;
      textOf(response).then((text) => resolve({ status, type: headers["content-type"]!, text }), reject);
    }).on("error", reject);
  });

test("the server shows the guide to anyone, and no other file", async () => {
  expect((await ask("/")).text).toContain(`Guide:  ${server.url}/_sagebrush/guide\n`);
  const { status, type, text } = await ask("/_sagebrush/guide");
  expect({ status, type }).toEqual({ status: 200, type: "text/html; charset=utf-8" });
  const links = [...text.matchAll(/href="(\/_sagebrush\/[^"]+)"/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(15);
  for (const link of new Set(links)) expect(await ask(link), link).toMatchObject({ status: 200 });
  for (const path of ["../../../package.json", "..%2F..%2Fpackage.json", "keys", "xgboost.md", ""])
    expect(await ask(`/_sagebrush/guide/${path}`), path).toMatchObject({ status: path === "" ? 200 : 404 });
});
