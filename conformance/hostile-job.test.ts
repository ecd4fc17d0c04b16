import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { Bucket, basePython, endOf, input, objectsBelow, processingJob, uploadTexts } from "./processing-jobs.ts";
import { runsLeftIn } from "./runs-left.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const server = useServer({ environment: scriptEnvironments });
const sagemaker = () => clientsOf(server).sagemaker;
const group = "/aws/sagemaker/ProcessingJobs";
const linesFrom = async (name: string) => (await linesOf(server, group, `${name}/`)).flat();

beforeAll(async () => {
  await uploadTexts(server);
  const script = await readFile(join(root, "conformance/scripts/hostile/look-around.py"));
  await clientsOf(server).s3.putObject({ Bucket, Key: "hostile/look-around.py", Body: script });
});

const run = async (name: string, command: string[], more: Partial<CreateProcessingJobRequest> = {}) => {
  const app = { ImageUri: basePython, ContainerEntrypoint: command };
  const plain = { ProcessingInputs: undefined, ProcessingOutputConfig: undefined };
  await sagemaker().createProcessingJob(processingJob(name, "", { AppSpecification: app, ...plain, ...more }));
};
const cluster = (InstanceType: "ml.t3.medium" | "ml.m5.large", VolumeSizeInGB: number) => ({
  ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType, VolumeSizeInGB } },
});

test("a job finds nothing of another job, of the home, or of what stages it", async () => {
  const secret = "secret-of-the-neighbour";
  const wait = `import os, time; open("/tmp/${secret}", "w").close(); print("waiting", flush=True); time.sleep(600)`;
  await run("neighbour", ["python", "-c", wait, secret], { Environment: { SECRET: secret } });
  await expect.poll(() => linesFrom("neighbour"), patience).toContain("waiting");
  const folder = "/opt/ml/processing/input/code";
  await run("looks", ["python", `${folder}/look-around.py`, server.home, [...secret].reverse().join("")], {
    ProcessingInputs: [input("code", "hostile/")],
  });
  expect(await endOf(server, "looks")).toMatchObject({ ProcessingJobStatus: "Completed" });
  const lines = await linesFrom("looks");
  const found = JSON.parse(lines.find((line) => line.startsWith("FOUND "))!.slice("FOUND ".length));
  expect(found).toEqual({
    ...{ said: [], files: [], home: expect.stringMatching(/^(\[\]|FileNotFoundError)$/) },
    ...{ processes: true, trace: "No such process" },
    unmount: "Operation not permitted",
    system: expect.stringMatching(/^(OSError|PermissionError)$/),
    ...{ product: "OSError", sockets: expect.any(Array), devices: [] },
  });
  expect(found.sockets).toEqual([]);
  await sagemaker().stopProcessingJob({ ProcessingJobName: "neighbour" });
  await endOf(server, "neighbour");
});

test("a job's variables reach its command and nothing that makes its sandbox", async () => {
  const place = "/opt/ml/processing/result";
  await run("preloads", ["/bin/sh", "-c", "true"], {
    Environment: { LD_DEBUG: "files", LD_DEBUG_OUTPUT: `${place}/loaded` },
    ProcessingOutputConfig: processingJob("preloads", "").ProcessingOutputConfig,
  });
  await endOf(server, "preloads");
  const loaded = Object.values(await objectsBelow(server, "out/preloads/"));
  expect(loaded.length).toBeGreaterThan(0);
  for (const text of loaded) expect(text).not.toMatch(/bwrap|sandbox\.sh|unshare/);
});

test.each([
  {
    name: "forks",
    command: ["/bin/sh", "-c", "while :; do sleep 1000 & done"],
    more: {},
    reason: /^ClientError: Please start fewer processes and threads, .*4096/,
  },
  {
    name: "eats-memory",
    command: ["python", "-c", "kept = []\nwhile True: kept.append(b'x' * 100_000_000)"],
    more: cluster("ml.t3.medium", 1),
    reason: /^ClientError: Please use an instance type with more memory, .*4 GiB, the memory of ml\.t3\.medium/,
  },
  {
    name: "fills-the-disk",
    command: ["python", "-c", "file = open('/tmp/endless', 'wb')\nwhile True: file.write(b'x' * 10_000_000)"],
    more: cluster("ml.m5.large", 1),
    reason: /^ClientError: Please use a larger volume \(VolumeSizeInGB\), .*1 GiB/,
  },
])("a job that $name without end is ended, and told why", async ({ name, command, more, reason }) => {
  await run(name, command, more);
  expect(await endOf(server, name)).toMatchObject({
    ProcessingJobStatus: "Failed",
    FailureReason: expect.stringMatching(reason),
  });
});

test("a FIFO that a job leaves in its output holds nothing up", async () => {
  const shell = "cd /opt/ml/processing/result; mkfifo pipe; ln -s /etc/passwd link; echo good > file";
  await run("leaves-a-fifo", ["/bin/sh", "-ec", shell], {
    ProcessingOutputConfig: processingJob("leaves-a-fifo", "").ProcessingOutputConfig,
  });
  expect(await endOf(server, "leaves-a-fifo")).toMatchObject({ ProcessingJobStatus: "Completed" });
  expect(await objectsBelow(server, "out/leaves-a-fifo/")).toEqual({ file: "good\n" });
});

test.each([
  ["../", ["--transform", "s,^train.py,../../train.py,", "train.py"], /train\.py/],
  ["a device", ["device"], /device/],
])("a source archive with %s is refused, and nothing of it leaves its folder", async (title, words, told) => {
  const folder = await mkdtemp(join(tmpdir(), "hostile-"));
  try {
    await writeFile(join(folder, "train.py"), "print('ran')");
    // A FIFO stands for a device, which only root may make.
    execFileSync("mkfifo", [join(folder, "device")]);
    const archive = join(folder, "source.tar.gz");
    execFileSync("tar", ["-czPf", archive, "-C", folder, ...words]);
    const TrainingJobName = title === "../" ? "climbs" : "brings-a-device";
    const { s3 } = clientsOf(server);
    await s3.putObject({ Bucket, Key: `${TrainingJobName}.tar.gz`, Body: await readFile(archive) });
    await sagemaker().createTrainingJob({
      TrainingJobName,
      RoleArn: role,
      AlgorithmSpecification: { TrainingImage: basePython, TrainingInputMode: "File" },
      HyperParameters: {
        sagemaker_program: "train.py",
        sagemaker_submit_directory: `s3://${Bucket}/${TrainingJobName}.tar.gz`,
      },
      OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
      ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
    });
    const job = () => sagemaker().describeTrainingJob({ TrainingJobName });
    await expect.poll(async () => (await job()).TrainingJobStatus, patience).toBe("Failed");
    const { FailureReason } = await job();
    expect(FailureReason).toMatch(/^ClientError: The source s3:\S+ could not be unpacked: /);
    expect(FailureReason).toMatch(told);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("nothing is left of any of them", async () => {
  await expect.poll(() => runsLeftIn(server.home), patience).toEqual([]);
});
