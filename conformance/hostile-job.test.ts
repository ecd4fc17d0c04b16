import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { CreateProcessingJobRequest, CreateTrainingJobRequest } from "@aws-sdk/client-sagemaker";
import { Header } from "tar";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { processesOfRuns } from "./processes-of-runs.ts";
import { Bucket, basePython, endOf, input, objectsBelow, processingJob, uploadTexts } from "./processing-jobs.ts";
import { runsLeftIn } from "./runs-left.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

/** A job that is stopped has 2 s here, where AWS gives 120. */
const server = useServer({ environment: { ...scriptEnvironments, SAGEBRUSH_STOP_GRACE_SECONDS: "2" } });
const sagemaker = () => clientsOf(server).sagemaker;
const group = "/aws/sagemaker/ProcessingJobs";
const linesFrom = async (name: string) => (await linesOf(server, group, `${name}/`)).flat();

beforeAll(async () => {
  await uploadTexts(server);
  for (const name of ["look-around.py", "touch-others.py", "ignore-sigterm.py"]) {
    const Body = await readFile(join(root, "conformance/scripts/hostile", name));
    await clientsOf(server).s3.putObject({ Bucket, Key: `hostile/${name}`, Body });
  }
});

const run = async (name: string, command: string[], more: Partial<CreateProcessingJobRequest> = {}) => {
  const app = { ImageUri: basePython, ContainerEntrypoint: command };
  const plain = { ProcessingInputs: undefined, ProcessingOutputConfig: undefined };
  await sagemaker().createProcessingJob(processingJob(name, "", { AppSpecification: app, ...plain, ...more }));
};
const cluster = (InstanceType: "ml.t3.medium" | "ml.m5.large" | "ml.m5.24xlarge", VolumeSizeInGB: number) => ({
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

  // What the job would have to know: its neighbour's processes, the keepers, what stages them, the server.
  const others = [...processesOfRuns(server.home), server.pid];
  expect(others.length).toBeGreaterThan(4);
  await run("touches", ["python", `${folder}/touch-others.py`, [...secret].reverse().join(""), ...others.map(String)], {
    ProcessingInputs: [input("code", "hostile/")],
  });
  expect(await endOf(server, "touches")).toMatchObject({ ProcessingJobStatus: "Completed" });
  const touched = (await linesFrom("touches")).find((line) => line.startsWith("TOUCHED "))!;
  expect(JSON.parse(touched.slice("TOUCHED ".length))).toEqual({
    others: [
      ...["attach: No such process", "copy: No such process"],
      ...["environ: No such file or directory", "files: No such file or directory"],
      ...["read memory: No such file or directory", "root: No such file or directory"],
      ...["seize: No such process", "signal: No such process", "write memory: No such file or directory"],
    ],
    ...{ reached: [], visible: true, said: [] },
  });
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
  {
    name: "fills-a-folder-too-deep-for-a-path",
    command: [
      ...["python", "-c"],
      `import os
os.chdir("/tmp")
for _ in range(450): os.mkdir("d" * 10); os.chdir("d" * 10)
file = open("endless", "wb")
while True: file.write(b"x" * 10_000_000)`,
    ],
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

const trainingJob = (TrainingJobName: string, more: Partial<CreateTrainingJobRequest>) => ({
  TrainingJobName,
  RoleArn: role,
  AlgorithmSpecification: { TrainingImage: basePython, TrainingInputMode: "File" } as const,
  OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 } as const,
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
  ...more,
});
const describeTraining = (TrainingJobName: string) => sagemaker().describeTrainingJob({ TrainingJobName });

test.each([
  ["../", { path: "../../train.py", type: "File" }, /its member \.\.\/\.\.\/train\.py is a file whose path leads out/],
  ["a FIFO", { path: "device", type: "FIFO" }, /its member device is a FIFO/],
  ["a character device", { path: "device", type: "CharacterDevice" }, /its member device is a character device/],
  ["a disk", { path: "device", type: "BlockDevice" }, /its member device is a block device/],
] as const)("a source archive with %s is refused, and nothing of it leaves its folder", async (title, member, told) => {
  const name = `brings-${title.replace("../", "a-way-out").replaceAll(" ", "-")}`;
  const train = Buffer.from("print('ran')\n");
  const block = (header: object, content = Buffer.alloc(0)) => {
    const bytes = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
    // Number 1, 5 of characters is /dev/zero; of blocks it is a disk in memory.
    new Header({ mode: 0o666, size: content.length, devmaj: 1, devmin: 5, ...header }).encode(bytes);
    content.copy(bytes, 512);
    return bytes;
  };
  const archive = Buffer.concat([block({ path: "train.py", type: "File" }, train), block(member), Buffer.alloc(1024)]);
  await clientsOf(server).s3.putObject({ Bucket, Key: `${name}.tar.gz`, Body: gzipSync(archive) });
  const HyperParameters = {
    sagemaker_program: "train.py",
    sagemaker_submit_directory: `s3://${Bucket}/${name}.tar.gz`,
  };
  await sagemaker().createTrainingJob(trainingJob(name, { HyperParameters }));
  await expect.poll(async () => (await describeTraining(name)).TrainingJobStatus, patience).toBe("Failed");
  const { FailureReason } = await describeTraining(name);
  expect(FailureReason).toMatch(/^ClientError: The source s3:\S+ could not be unpacked: /);
  expect(FailureReason).toMatch(told);
});

/** Runs lines of Python as a training job to its end, and returns what Describe says of it. */
async function train(name: string, lines: string, more: Partial<CreateTrainingJobRequest> = {}) {
  await sagemaker().createTrainingJob(
    trainingJob(name, {
      AlgorithmSpecification: {
        ...{ TrainingImage: basePython, TrainingInputMode: "File" },
        ContainerEntrypoint: ["python", "-c", 'import os; exec(os.environ["LINES_OF_IT"] + os.environ["MORE_LINES"])'],
      },
      Environment: { LINES_OF_IT: lines.slice(0, 512), MORE_LINES: lines.slice(512) },
      ...more,
    }),
  );
  await expect.poll(async () => (await describeTraining(name)).TrainingJobStatus, patience).not.toBe("InProgress");
  return describeTraining(name);
}

/** Files that their owner may not read, that no text names, and that no path is long enough for; and what is no file. */
const unusualFiles = `
os.chdir("/opt/ml/model"); os.mkfifo("pipe"); os.mkdir("shut"); open("shut/in", "w").write("in")
open("secret", "w").write("s"); os.chmod("secret", 0); os.chmod("shut", 0)`;
const strangest = `${unusualFiles}
open(b"bad\\xff\\xfe", "w").write("b")
for _ in range(600): os.mkdir("d" * 10); os.chdir("d" * 10)
open("x", "w").write("deep")`;

test("a job that fills the disk through a mapping of a file without a name is ended, and told why", async () => {
  const lines = `
import ctypes, time
size = 3 << 30
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
file = os.open("/tmp/mapped", os.O_RDWR | os.O_CREAT)
os.ftruncate(file, size); at = libc.mmap(None, size, 3, 1, file, 0); os.close(file); os.unlink("/tmp/mapped")
for step in range(0, size, 1 << 24): ctypes.memset(at + step, 1, 1 << 24); time.sleep(0.02)
time.sleep(600)`;
  const { TrainingJobStatus, FailureReason } = await train("maps-a-file", lines);
  expect({ TrainingJobStatus, FailureReason }).toEqual({
    TrainingJobStatus: "Failed",
    FailureReason: expect.stringMatching(/^ClientError: Please use a larger volume \(VolumeSizeInGB\), .*1 GiB/),
  });
});

test("files that are hard to read are in the model", async () => {
  const job = await train("packs-all", strangest);
  expect(job, job.FailureReason).toMatchObject({ TrainingJobStatus: "Completed" });
  const { Body } = await clientsOf(server).s3.getObject({ Bucket, Key: "out/packs-all/output/model.tar.gz" });
  const packed = spawnSync("tar", ["-tzf", "-"], {
    input: await Body!.transformToByteArray(),
    encoding: "latin1",
    maxBuffer: 1e8,
  });
  const names = packed.stdout.split("\n");
  expect(names).toEqual(
    expect.arrayContaining(["bad\\377\\376", "secret", "shut/in", `${`${"d".repeat(10)}/`.repeat(600)}x`]),
  );
  expect(names).not.toContain("pipe");

  const OutputDataConfig = { S3OutputPath: `s3://${Bucket}/out`, CompressionType: "NONE" } as const;
  expect(await train("uploads-all", unusualFiles, { OutputDataConfig })).toMatchObject({
    TrainingJobStatus: "Completed",
  });
  const found = await objectsBelow(server, "out/uploads-all/output/model/");
  expect(found).toEqual({ secret: "s", "shut/in": "in" });
});

test.each([
  [
    "no-folder",
    "os.rmdir('/opt/ml/model'); open('/opt/ml/model', 'w')",
    /: \/opt\/ml\/model is no folder: the program has put a file in its place\.$/,
  ],
  ["long-path", `${strangest}`, /: A path is too long: \/opt\/ml\/model\/d.{50,100}\.\.\.$/],
])("a model that cannot be uploaded is told in a few words: %s", async (name, lines, words) => {
  const OutputDataConfig = { S3OutputPath: `s3://${Bucket}/out`, CompressionType: "NONE" } as const;
  const { TrainingJobStatus, FailureReason } = await train(name, lines, { OutputDataConfig });
  expect({ TrainingJobStatus, FailureReason }).toEqual({
    TrainingJobStatus: "Failed",
    FailureReason: expect.stringMatching(words),
  });
  expect(FailureReason).toMatch(/^ClientError: Artifact upload failed: /);
});

test("a job that ignores SIGTERM, with all that it has started, is killed after its grace, and keeps its model", async () => {
  const name = "ignores-sigterm";
  const S3DataSource = { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/hostile/` } as const;
  await sagemaker().createTrainingJob(
    trainingJob(name, {
      AlgorithmSpecification: {
        ...{ TrainingImage: basePython, TrainingInputMode: "File" },
        ContainerEntrypoint: ["python", "/opt/ml/input/data/code/ignore-sigterm.py"],
      },
      InputDataConfig: [{ ChannelName: "code", DataSource: { S3DataSource } }],
    }),
  );
  const lines = async () => (await linesOf(server, "/aws/sagemaker/TrainingJobs", `${name}/`)).flat();
  await expect.poll(lines, patience).toContain("ignores");
  const asked = performance.now();
  await sagemaker().stopTrainingJob({ TrainingJobName: name });
  await expect.poll(async () => (await describeTraining(name)).TrainingJobStatus, patience).toBe("Stopped");
  expect(performance.now() - asked).toBeGreaterThan(2000);
  expect(await describeTraining(name)).toMatchObject({
    SecondaryStatus: "Stopped",
    ModelArtifacts: { S3ModelArtifacts: `s3://${Bucket}/out/${name}/output/model.tar.gz` },
  });
  const { Contents = [] } = await clientsOf(server).s3.listObjectsV2({ Bucket, Prefix: `out/${name}/output/` });
  expect(Contents.map(({ Key }) => Key)).toEqual(
    ["model.tar.gz", "output.tar.gz"].map((file) => `out/${name}/output/${file}`),
  );
});

test("a job of a type that is larger than the machine runs with what there is, and its log says so once", async () => {
  const app = { ImageUri: basePython, ContainerEntrypoint: ["python", "-c", "print('ran')"] };
  await run("large", [], { ...cluster("ml.m5.24xlarge", 1), AppSpecification: app });
  expect(await endOf(server, "large")).toMatchObject({ ProcessingJobStatus: "Completed" });
  const lines = await linesFrom("large");
  expect(lines[0]).toMatch(
    /^ml\.m5\.24xlarge has 96 vCPUs and 384 GiB of memory; this machine gives \d+ and [\d.]+ GiB\.$/,
  );
  expect(lines.filter((line) => line.includes("this machine gives"))).toHaveLength(1);
  expect(lines.at(-1)).toBe("ran");
});

test("nothing is left of any of them", async () => {
  await expect.poll(() => runsLeftIn(server.home), patience).toEqual([]);
});
