import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { runProgram } from "./program.ts";
import { runPython } from "./python-clients.ts";
import { root, useServer } from "./server.ts";

const run = promisify(execFile);
let top: string;
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "sagebrush-environments-"));
});
afterAll(() => rm(top, { recursive: true, force: true }));

/** On a machine without uv, the one that was installed for other tests is at hand: without an index none can be had. */
const PATH = `${join(scriptEnvironmentsFolder, ".uv", "bin")}${delimiter}${process.env.PATH}`;

/** An index at which nobody listens: what asks it fails. */
const noIndex = { UV_DEFAULT_INDEX: "http://127.0.0.1:1/simple", PIP_INDEX_URL: "http://127.0.0.1:1/simple", PATH };

const sagebrush = (environment: Record<string, string>, ...words: string[]) =>
  runProgram(process.execPath, [join(root, "bin", "sagebrush"), "environments", ...words], {
    cwd: root,
    env: { ...process.env, ...environment },
  });

test("without a package index environments are made from wheels in a folder, listed and removed", async (context) => {
  const lock = join(root, "src", "environments", "locks", "base-python.txt");
  const wheels = join(top, "wheels");
  // Environments that uv has made, as those of the clients, have no pip.
  const download = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--no-deps",
    "--only-binary",
    ":all:",
    "-r",
    lock,
    "-d",
    wheels,
  ];
  try {
    await run("python3", download);
  } catch (error) {
    if (process.env.CI) throw error;
    context.skip(`the wheels could not be fetched: ${(error as Error).message}`);
  }
  const folder = { SAGEBRUSH_ENVIRONMENTS: join(top, "offline") };
  const without = await sagebrush({ ...folder, ...noIndex }, "prepare", "base-python");
  expect(without).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("The Python environment base-python could not be made: "),
  });
  expect(await readdir(folder.SAGEBRUSH_ENVIRONMENTS)).not.toContainEqual(expect.stringMatching(/^\.making/));

  const made = await sagebrush({ ...folder, ...noIndex, SAGEBRUSH_WHEELS: wheels }, "prepare", "base-python");
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/Installed \d+ packages[\s\S]*base-python is ready\.\n$/),
  });
  const listed = JSON.parse((await sagebrush(folder, "list", "--json")).stdout);
  expect(listed).toEqual([
    {
      name: expect.stringMatching(/^base-python-[0-9a-f]{12}$/),
      used: expect.any(Number),
      record: expect.objectContaining({ lock: "base-python" }),
    },
  ]);
  expect((await sagebrush(folder, "list")).stdout).toMatch(
    /^base-python-\S+ +\d+ MiB +Python 3\.\d+\.\d+ +last used 20/,
  );
  const [{ name }] = listed;
  expect(await sagebrush(folder, "remove", name.slice(0, -1))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`Did you mean ${name}`),
  });
  expect(await sagebrush(folder, "remove", name)).toMatchObject({ code: 0, stdout: `Removed ${name}.\n` });
  expect((await sagebrush(folder, "prune")).stdout).toMatch(/were freed\.\n$/);
  expect((await sagebrush(folder)).stdout).toMatch(/^There are no environments in /);
});

describe("a job whose environment cannot be made", () => {
  const server = useServer({ environment: { SAGEBRUSH_ENVIRONMENTS: "", ...noIndex } });

  test("fails with the installer's own last lines, and a job for an image that is not kept is refused", async (context) => {
    const output = await runPython(
      context,
      server,
      "v2",
      `
import boto3, json
sagemaker, s3 = boto3.client("sagemaker"), boto3.client("s3")
s3.create_bucket(Bucket="scripts", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
def create(name, image, **hyperparameters):
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": "246618743249.dkr.ecr.us-west-2.amazonaws.com/" + image, "TrainingInputMode": "File"},
        RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        HyperParameters=hyperparameters,
        OutputDataConfig={"S3OutputPath": "s3://scripts/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
for image, more in [
    ("mxnet-training:1.9.0-cpu-py38", {}), ("pytorch-training:9.9-cpu-py311", {}), ("xgboost:1", {"sagemaker_program": "train.py"}),
]:
    try:
        create("refused", image, **more)
    except Exception as error:
        print("REFUSED", error)
create("no-index", "sagemaker-base-python-311:1.0", sagemaker_program="train.py")
try:
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="no-index")
except Exception:
    pass
print("REASON", json.dumps(sagemaker.describe_training_job(TrainingJobName="no-index")["FailureReason"]))
lines = boto3.client("logs").filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs")["events"]
print("LOG", json.dumps([line["message"] for line in lines]))
`,
    );
    const refused = output.match(/^REFUSED .*$/gm)!;
    expect(refused).toEqual([
      expect.stringMatching(/mxnet-training:1\.9\.0-cpu-py38 cannot be run\. MXNet was retired/),
      expect.stringMatching(/pytorch-training:9\.9-cpu-py311 has no runtime/),
      expect.stringMatching(/A training script in the image \S+xgboost:1 is not built/),
    ]);
    const reason = JSON.parse(/^REASON (.*)$/m.exec(output)![1]!);
    expect(reason).toMatch(/^ClientError: The Python environment base-python could not be made: [\s\S]*127\.0\.0\.1:1/);
    const log: string[] = JSON.parse(/^LOG (.*)$/m.exec(output)![1]!);
    expect(log).toContainEqual(expect.stringMatching(/^Making the Python environment base-python with Python 3\.11/));
  });
});
