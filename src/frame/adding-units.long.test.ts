import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { SageMaker, type SageMakerClientConfig } from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../../conformance/program.ts";
import { readLayers, violations } from "../../tools/layers.ts";

/** The examples of README.md: each block of TypeScript begins with the path of its file. */
const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const examples = [...page.matchAll(/```ts\n\/\/ src\/(\S+)\n(.*?)```/gs)].map(
  ([, path, text]) => [path!, text!] as const,
);

let folder: string;
let product: string;
let types: ReturnType<typeof runProgram>;
let server: ChildProcess | undefined;
let clientOptions: Pick<SageMakerClientConfig, "region" | "credentials" | "maxAttempts"> & { endpoint: string };

/** A copy of the product with the examples in it, its lists generated, and its server started. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-units-"));
  product = join(folder, "product");
  mkdirSync(product);
  for (const path of ["src", "tools", "docs", "package.json", "README.md", "tsconfig.json", "examples"])
    cpSync(join(root, path), join(product, path), { recursive: true, filter: (file) => !file.endsWith(".test.ts") });
  // The list of proven clients is made from the tests.
  cpSync(join(root, "conformance"), join(product, "conformance"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(product, "node_modules"));
  for (const [path, text] of examples) {
    mkdirSync(dirname(join(product, "src", path)), { recursive: true });
    writeFileSync(join(product, "src", path), text, { flag: "wx" });
  }
  const project = { extends: "./tsconfig.json", include: [], files: examples.map(([path]) => join("src", path)) };
  writeFileSync(join(product, "tsconfig.examples.json"), JSON.stringify(project));
  types = runNode("node_modules/typescript/bin/tsc", "-p", "tsconfig.examples.json");
  expect(await runNode("tools/gen.ts")).toMatchObject({ code: 0, stderr: "" });

  const home = join(folder, "home");
  const endpoint = await startServer(home);
  const [accessKeyId, secretAccessKey] = readFileSync(join(home, "keys"), "utf8").trim().split(":");
  const credentials = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! };
  clientOptions = { endpoint, region: "us-west-2", credentials, maxAttempts: 1 };
}, 60_000);
afterAll(async () => {
  await types;
  if (server?.exitCode === null) {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const runNode = (...words: string[]) => runProgram(process.execPath, words, { cwd: product });

function startServer(home: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const words = ["src/cli/main.mjs", "start", "--home", home, "--port", "0"];
  server = spawn(process.execPath, words, { cwd: product, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [server.stdout!, server.stderr!])
    stream.on("data", (bytes) => {
      said += bytes;
      const ready = /^Sagebrush is ready at (\S+)$/m.exec(said);
      if (ready) resolve(ready[1]!);
    });
  server.once("exit", () => reject(new Error(`The server ended before it was ready:\n${said}`)));
  return promise;
}

const generated = (name: string) => readFileSync(join(product, "src", "services", `${name}.gen.ts`), "utf8");

test("the page shows a kind of job and a follower, each in one file that follows the layers", () => {
  expect(examples.map(([path]) => path)).toEqual([
    "services/sagemaker/compilation/compilation-job.ts",
    "services/platform/events/change-log.ts",
  ]);
  const layers = readLayers(readFileSync(join(root, "docs", "architecture.md"), "utf8"));
  expect(violations(layers, new Map(examples))).toEqual([]);
});

test("they fit the types of the frame and of the AWS client", async () => {
  expect(await types).toMatchObject({ code: 0, stdout: "" });
});

test("gen has written them into its lists", () => {
  expect(generated("kinds")).toContain(
    'load: () => import("./sagemaker/compilation/compilation-job.ts").then((file) => file.compilationJob)',
  );
  expect(generated("services")).toContain(
    'StopCompilationJob: () => import("./sagemaker/compilation/compilation-job.ts")',
  );
  expect(generated("reconcilers")).toContain(".then((file) => file.compilationJob.reconciler)");
  expect(generated("kill-points")).toContain('"compilation-job:run-written"');
  expect(generated("followers")).toContain('import("./platform/events/change-log.ts").then((file) => file.changeLog)');
});

test("they answer over HTTP, and the follower has seen all of it in order", async () => {
  const sagemaker = new SageMaker(clientOptions);
  const arn = "arn:aws:sagemaker:us-west-2:123456789012:";
  const RoleArn = "arn:aws:iam::123456789012:role/SageMakerRole";

  await sagemaker.createImage({ ImageName: "Tools", RoleArn });
  const create = () => sagemaker.createImageVersion({ ImageName: "Tools", BaseImage: "base:1" });
  const made = await Promise.all([create(), create(), create()]);
  expect(made.map(({ ImageVersionArn }) => ImageVersionArn).sort()).toEqual(
    [1, 2, 3].map((version) => `${arn}image-version/tools/${version}`),
  );
  const latest = async () => (await sagemaker.describeImageVersion({ ImageName: "Tools" })).Version;
  expect(await latest()).toBe(3);
  await sagemaker.deleteImageVersion({ ImageName: "Tools", Version: 3 });
  expect(await latest()).toBe(2);
  expect((await create()).ImageVersionArn).toBe(`${arn}image-version/tools/4`);
  const { ImageVersions } = await sagemaker.listImageVersions({ ImageName: "tools", SortBy: "VERSION", MaxResults: 2 });
  expect(ImageVersions?.map(({ Version }) => Version)).toEqual([4, 2]);
  const described = await sagemaker.describeImageVersion({ ImageName: "Tools", Version: 2 });
  expect(described).toMatchObject({ Version: 2, BaseImage: "base:1", ImageArn: `${arn}image/tools` });
  await sagemaker.createImage({ ImageName: "Empty", RoleArn });
  for (const ImageName of ["Empty", "None"])
    await expect(sagemaker.describeImageVersion({ ImageName })).rejects.toMatchObject({
      name: "ResourceNotFound",
      message: ImageName === "Empty" ? `${arn}image/empty has no version.` : `Image ${arn}image/none does not exist.`,
    });
  const missing = sagemaker.describeImageVersion({ ImageName: "Tools", Version: 3 });
  await expect(missing).rejects.toMatchObject({ name: "ResourceNotFound" });

  const CompilationJobName = "For-A-Device";
  await sagemaker.createCompilationJob({
    CompilationJobName,
    RoleArn,
    InputConfig: { S3Uri: "s3://models/m.tar.gz", Framework: "XGBOOST" },
    OutputConfig: { S3OutputLocation: "s3://models/compiled/", TargetDevice: "rasp3b" },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });
  // The server holds a Describe of a waiter until the job has ended.
  const waiter = new SageMaker({ ...clientOptions, customUserAgent: [["m/B"]] });
  const job = await waiter.describeCompilationJob({ CompilationJobName });
  expect(job).toMatchObject({ CompilationJobStatus: "COMPLETED", FailureReason: "" });
  const listed = await sagemaker.listCompilationJobs({ StatusEquals: "COMPLETED" });
  expect(listed.CompilationJobSummaries).toMatchObject([{ CompilationJobName }]);
  await expect(sagemaker.stopCompilationJob({ CompilationJobName })).rejects.toThrow("For-A-Device is COMPLETED");

  const logs = new CloudWatchLogs(clientOptions);
  const linesOf = async (logGroupName: string, logStreamName: string) =>
    (await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true })).events!.map(
      ({ message }) => message!,
    );
  const printed = await linesOf("/aws/sagemaker/CompilationJobs", CompilationJobName);
  expect(printed.at(-1)).toBe("Compiles s3://models/m.tar.gz for rasp3b");

  interface Told {
    readonly sequence: number;
    readonly arn: string;
    readonly what: string;
  }
  const told = async () => (await linesOf("/sagebrush/changes", "sagemaker")).map((line): Told => JSON.parse(line));
  await sagemaker.deleteImage({ ImageName: "Tools" });
  await expect(sagemaker.listImageVersions({ ImageName: "Tools" })).rejects.toMatchObject({ name: "ResourceNotFound" });
  await sagemaker.deleteCompilationJob({ CompilationJobName });
  const jobIsGone = { arn: `${arn}compilation-job/for-a-device`, what: "deleted" };
  await expect.poll(async () => (await told()).at(-1), { interval: 20 }).toMatchObject(jobIsGone);
  const all = await told();
  expect(all.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence).sort((a, b) => a - b));
  const ofVersions = all
    .filter((one) => one.arn.includes("image-version"))
    .map((one) => `${one.arn.at(-1)} ${one.what}`);
  expect(ofVersions).toEqual([
    "1 CREATED",
    "2 CREATED",
    "3 CREATED",
    "3 deleted",
    "4 CREATED",
    "1 deleted",
    "2 deleted",
    "4 deleted",
  ]);
  const ofJob = all.filter((one) => one.arn === jobIsGone.arn).map(({ what }) => what);
  expect(ofJob.filter((what, index) => what !== ofJob[index - 1])).toEqual([
    "InProgress",
    "SageMaker Compilation Job State Change",
    "InProgress",
    "Completed",
    "SageMaker Compilation Job State Change",
    "deleted",
  ]);
});
