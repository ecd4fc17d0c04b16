import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CreateTrainingJobCommandInput } from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { runClient, runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, root, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const server = useServer({ environment: { ...scriptEnvironments, SAGEBRUSH_SPOT_INTERRUPTIONS: "2" } });
const Bucket = "kept";
const image = `081325390199.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  clients = clientsOf(server);
  await clients.s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
});

/** Starts a job that runs lines of a POSIX shell. */
const start = (TrainingJobName: string, shell: string, more: Partial<CreateTrainingJobCommandInput> = {}) =>
  clients.sagemaker.createTrainingJob({
    TrainingJobName,
    AlgorithmSpecification: {
      TrainingImage: image,
      TrainingInputMode: "File",
      ContainerEntrypoint: ["/bin/sh", "-ec", shell],
    },
    RoleArn: role,
    OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    ...more,
  });
const describeJob = (TrainingJobName: string) => clients.sagemaker.describeTrainingJob({ TrainingJobName });
const until = (name: string, status: string) =>
  expect.poll(async () => (await describeJob(name)).TrainingJobStatus, patience).toBe(status);
const keysBelow = async (Prefix: string) =>
  ((await clients.s3.listObjectsV2({ Bucket, Prefix })).Contents ?? []).map(({ Key }) => Key!.slice(Prefix.length));
const textOf = async (Key: string) => (await clients.s3.getObject({ Bucket, Key })).Body!.transformToString();
const log = async (name: string) => (await linesOf(server, "/aws/sagemaker/TrainingJobs", `${name}/`)).flat();
const checkpointsIn = (folder: string) => ({ CheckpointConfig: { S3Uri: `s3://${Bucket}/${folder}` } });
const goOn = "until [ -e /opt/ml/checkpoints/go-on ]; do sleep 0.05; done";

test("checkpoints come first, go while the job runs once they are closed, and are removed when it removes them", async () => {
  await clients.s3.putObject({ Bucket, Key: "first/old/step-1", Body: "one" });
  await clients.s3.putObject({ Bucket, Key: "first/step-0", Body: "zero" });
  await clients.s3.putObject({ Bucket, Key: "first-of-another/step", Body: "no" });
  const shell = `cd /opt/ml/checkpoints; cat step-0 old/step-1; ls
    rm old/step-1; echo two > step-2; exec 3> open; echo half >&3
    trap 'echo last > last; exit 0' TERM; while :; do sleep 0.05; done`;
  await start("first", shell, checkpointsIn("first/"));
  await expect.poll(() => keysBelow("first/"), patience).toEqual(["step-0", "step-2"]);
  // What is added to S3 later is not brought.
  await clients.s3.putObject({ Bucket, Key: "first/added", Body: "later" });
  await clients.sagemaker.stopTrainingJob({ TrainingJobName: "first" });
  await until("first", "Stopped");
  expect(await keysBelow("first/")).toEqual(["added", "last", "open", "step-0", "step-2"]);
  expect(await textOf("first/open")).toBe("half\n");
  expect((await describeJob("first")).CheckpointConfig).toEqual({ S3Uri: `s3://${Bucket}/first/` });
  expect((await log("first")).join("\n")).toContain("zeroone");
});

test("a managed spot job is interrupted, goes on from its checkpoint, and is not billed for the wait", async () => {
  const shell = `cd /opt/ml/checkpoints
    if [ -e step ]; then echo "goes on from $(cat step)"; else echo 7 > step; exec sleep 600; fi`;
  await start("spot", shell, {
    ...checkpointsIn("spot"),
    EnableManagedSpotTraining: true,
    StoppingCondition: { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds: 1200 },
  });
  await until("spot", "Completed");
  const job = await describeJob("spot");
  const steps = job.SecondaryStatusTransitions!.map(({ Status }) => Status);
  expect(steps.slice(0, 5)).toEqual(["Starting", "Downloading", "Training", "Interrupted", "Starting"]);
  expect(steps.at(-1)).toBe("Completed");
  expect(steps).not.toContain("Restarting");
  expect(job.EnableManagedSpotTraining).toBe(true);
  expect(job.BillableTimeInSeconds).toBeLessThanOrEqual(job.TrainingTimeInSeconds!);
  expect((await log("spot")).join("\n")).toContain("goes on from 7");
});

test("the next attempt of a job that was lost goes on from the checkpoint of the one before", async () => {
  const shell = `cd /opt/ml/checkpoints
    if [ -e step ]; then echo "goes on from $(cat step)"; else echo 7 > step; sleep 600; fi`;
  await start("lost", shell, { ...checkpointsIn("lost"), RetryStrategy: { MaximumRetryAttempts: 2 } });
  await expect.poll(() => keysBelow("lost/"), patience).toEqual(["step"]);
  const runs = join(server.home, "runs");
  const keeperOf = (run: string) => JSON.parse(readFileSync(join(runs, run, "keeper.json"), "utf8")).pid as number;
  for (const run of readdirSync(runs).filter((name) => !name.startsWith("."))) process.kill(keeperOf(run), "SIGKILL");
  await until("lost", "Completed");
  expect(await log("lost")).toContain("goes on from 7");
});

test("checkpoints whose bucket is gone are told at once in the log, and do not take the model with them", async () => {
  const { s3 } = clients;
  await s3.createBucket({ Bucket: "soon-gone", CreateBucketConfiguration: { LocationConstraint: region } });
  const untilGone = `
import boto3, time
s3 = boto3.client("s3")
while True:
    try: s3.head_bucket(Bucket="soon-gone")
    except s3.exceptions.ClientError: break
    time.sleep(0.1)`;
  const shell = `cd /opt/ml/checkpoints; echo trained > ../model/file; echo 1 > one
    python -c "$UNTIL_GONE"; echo 2 > two; sleep 3`;
  const CheckpointConfig = { S3Uri: "s3://soon-gone/steps" };
  await start("loses", shell, { CheckpointConfig, Environment: { UNTIL_GONE: untilGone } });
  await expect.poll(async () => (await s3.listObjectsV2({ Bucket: "soon-gone" })).KeyCount, patience).toBe(1);
  await s3.deleteObject({ Bucket: "soon-gone", Key: "steps/one" });
  await s3.deleteBucket({ Bucket: "soon-gone" });
  await until("loses", "Failed");
  const words = "/opt/ml/checkpoints could not be uploaded to s3://soon-gone/steps: NoSuchBucket (404)";
  const { FailureReason, ModelArtifacts } = await describeJob("loses");
  expect(FailureReason).toContain(`ClientError: Artifact upload failed: ${words}`);
  expect(ModelArtifacts).toEqual({ S3ModelArtifacts: `s3://${Bucket}/out/loses/output/model.tar.gz` });
  expect(await keysBelow("out/loses/")).toEqual(["output/model.tar.gz"]);
  const told = (await log("loses")).filter((line) => line.startsWith(words) && line.includes("It is tried again"));
  expect(told).toHaveLength(1);
});

test("a job that fails leaves its checkpoints too", async () => {
  await start("fails", "echo 1 > /opt/ml/checkpoints/one; exit 3", checkpointsIn("fails"));
  await until("fails", "Failed");
  expect(await keysBelow("fails/")).toEqual(["one"]);
});

test("folders of TensorBoard, debugger, profiler and of intermediate output are collected where the SDK looks", async () => {
  const shell = `cat /opt/ml/input/config/debughookconfig.json; cd /opt/ml/output
    for folder in tensorboard tensors profiler/framework intermediate; do mkdir -p $folder; echo x > $folder/file; done
    ${goOn}`;
  const S3OutputPath = `s3://${Bucket}/seen/`;
  const CollectionConfigurations = [{ CollectionName: "losses", CollectionParameters: { save_interval: "5" } }];
  await start("watched", shell, {
    ...checkpointsIn("watched"),
    TensorBoardOutputConfig: { S3OutputPath },
    DebugHookConfig: { S3OutputPath, CollectionConfigurations, HookParameters: { a: "b" } },
    ProfilerConfig: { S3OutputPath, DisableProfiler: false, ProfilingIntervalInMilliseconds: 500 },
  });
  const seen = ["debug-output/file", "profiler-output/framework/file", "tensorboard-output/file"];
  await expect.poll(() => keysBelow("seen/watched/"), patience).toEqual(seen);
  await expect.poll(() => keysBelow("out/watched/"), patience).toEqual(["output/intermediate/file"]);
  await clients.sagemaker.stopTrainingJob({ TrainingJobName: "watched" });
  await until("watched", "Stopped");
  const [config] = await log("watched").then((lines) => lines.filter((line) => line.includes("HookParameters")));
  expect(JSON.parse(/\{.*\}/.exec(config!)![0])).toEqual({
    LocalPath: "/opt/ml/output/tensors",
    S3OutputPath,
    CollectionConfigurations,
    HookParameters: { a: "b" },
  });
});

test("a script is told how it is profiled from now on, and what it profiles is collected from then until it is not", async (context) => {
  // A word of the command line would have 256 characters at most.
  const shell = `cd /opt/ml/output; c=../input/config/profilerconfig.json; mkdir profiler
    told() { until grep -s $1 $c; do sleep 0.05; done; }
    test ! -e $c; echo x > profiler/early
    told Milliseconds\\":1000; echo x > profiler/one
    told DisableProfiler\\":true; echo x > profiler/two`;
  await start("profiled", 'eval "$SHELL_LINES"', { Environment: { SHELL_LINES: shell } });
  await expect.poll(async () => (await describeJob("profiled")).SecondaryStatus, patience).toBe("Training");
  const update = (body: string) =>
    runPython(
      context,
      server,
      "v2",
      `
import sagemaker
from sagemaker.estimator import Estimator, _TrainingJob

estimator = Estimator("${image}", "${role}", 1, "ml.m5.large", output_path="s3://${Bucket}/profiles")
estimator.latest_training_job = _TrainingJob(estimator.sagemaker_session, "profiled")
${body}
`,
    );
  await update(`
estimator.enable_default_profiling()
estimator.update_profiler(system_monitor_interval_millis=1000)
estimator.disable_remote_debug()
`);
  const collected = ["profiler-output/early", "profiler-output/one"];
  await expect.poll(() => keysBelow("profiles/profiled/"), patience).toEqual(collected);
  expect(await describeJob("profiled")).toMatchObject({
    ProfilingStatus: "Enabled",
    ProfilerConfig: { S3OutputPath: `s3://${Bucket}/profiles`, ProfilingIntervalInMilliseconds: 1000 },
    RemoteDebugConfig: { EnableRemoteDebug: false },
  });
  await update(`
estimator.disable_profiling()
`);
  await until("profiled", "Completed");
  expect(await keysBelow("profiles/profiled/")).toEqual(collected);
  expect(await describeJob("profiled")).toMatchObject({
    ProfilingStatus: "Disabled",
    ProfilerConfig: { S3OutputPath: `s3://${Bucket}/profiles`, DisableProfiler: true },
  });
});

test.for([
  [{ CheckpointConfig: { S3Uri: "s3://nowhere-at-all/x" } }, /bucket "nowhere-at-all" of CheckpointConfig/],
  [
    { CheckpointConfig: { S3Uri: `s3://${Bucket}/x`, LocalPath: "/tmp/x" } },
    /CheckpointConfig.LocalPath is "\/tmp\/x"/,
  ],
  [{ CheckpointConfig: { S3Uri: `s3://${Bucket}/x`, LocalPath: "/opt/ml/model" } }, /none of input, model/],
  [{ CheckpointConfig: { S3Uri: `s3://${Bucket}/x`, LocalPath: "/opt/ml/a/../input" } }, /LocalPath is/],
  [{ TensorBoardOutputConfig: { S3OutputPath: "s3://nowhere-at-all/x" } }, /of TensorBoardOutputConfig/],
] as const)("%s is refused", async ([more, message]) => {
  await expect(start("refused", "true", more)).rejects.toThrow(message);
});

test("a folder of the job's own choice", async () => {
  const CheckpointConfig = { S3Uri: `s3://${Bucket}/chosen`, LocalPath: "/opt/ml/my/steps/" };
  await start("chosen", "echo 1 > /opt/ml/my/steps/one", { CheckpointConfig });
  await until("chosen", "Completed");
  expect(await keysBelow("chosen/")).toEqual(["one"]);
});

test("the example is stopped half-way, and goes on from its checkpoint", async (context) => {
  const result = await runClient(context, server, "v3", ["python", join(root, "examples/resumed_training.py")]);
  expect(result, result.stderr).toMatchObject({ code: 0 });
  const [, stopped, resumed, root2] =
    /^stopped at step (\d+): .*\nthe second job goes on from step (\d+)\nthe square root of 2 is about (.*)\n$/.exec(
      result.stdout,
    ) ?? [];
  expect(Number(resumed)).toBeGreaterThan(0);
  expect(Number(stopped) - Number(resumed)).toBeLessThanOrEqual(1);
  expect(root2).toBe("1.4142");
});

test("from the SageMaker SDK 2 and 3", async (context) => {
  const script = `
import pathlib
step = pathlib.Path("/opt/ml/checkpoints/step")
before = int(step.read_text()) if step.exists() else 0
step.write_text(str(before + 1))
`;
  const program = (lines: string) => `
import pathlib, tempfile
source = pathlib.Path(tempfile.mkdtemp())
(source / "train.py").write_text('''${script}''')
role, image, checkpoints = "${role}", "${image}", "s3://${Bucket}/sdk"
${lines}`;
  const v2 = `
from sagemaker.estimator import Estimator
from sagemaker.debugger import DebuggerHookConfig, TensorBoardOutputConfig
from sagemaker.session import Session
estimator = Estimator(
    image, role, 1, "ml.m5.large", entry_point="train.py", source_dir=str(source), base_job_name="two",
    sagemaker_session=Session(default_bucket="${Bucket}"), checkpoint_s3_uri=checkpoints,
    tensorboard_output_config=TensorBoardOutputConfig("s3://${Bucket}/boards"),
    debugger_hook_config=DebuggerHookConfig("s3://${Bucket}/tensors"),
)
estimator.fit(logs=False)
print(estimator.latest_training_job.describe()["CheckpointConfig"]["S3Uri"])
`;
  const v3 = `
from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import CheckpointConfig, Compute, SourceCode
trainer = ModelTrainer(
    training_image=image, role=role, base_job_name="three", sagemaker_session=Session(default_bucket="${Bucket}"),
    source_code=SourceCode(source_dir=str(source), entry_script="train.py"),
    compute=Compute(instance_type="ml.m5.large", instance_count=1),
    checkpoint_config=CheckpointConfig(s3_uri=checkpoints),
)
trainer.train(logs=False)
`;
  await runPython(context, server, "v2", program(v2));
  expect(await textOf("sdk/step")).toBe("1");
  await runPython(context, server, "v3", program(v3));
  expect(await textOf("sdk/step")).toBe("2");
});
