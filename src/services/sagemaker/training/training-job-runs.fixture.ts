import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the program is asked to do, in this order. */
export interface TestHyperparameters {
  /** A bucket, in which the program tries what a run may and may not do. */
  reach?: string;
  /** A text for output/data. */
  output?: string;
  /** The number of random bytes for output/data, which take time to pack. */
  outputBytes?: string;
  /** How many lines of a metric to print. */
  rounds?: string;
  /** Set to wait for SIGTERM. */
  wait?: string;
  /** The text for the failure file. */
  fail?: string;
  /** Set to write what each host sees to a file of its own in the model. */
  hosts?: string;
  /** The host that alone fails; the others wait. */
  failing?: string;
  exit?: string;
}

/** The training program of an image that only tests know. Its model says what the program has seen. */
const mlRoot = process.env.SAGEBRUSH_ML_ROOT!;
const read = (path: string): string => readFileSync(join(mlRoot, path), "utf8");
const hyperparameters = JSON.parse(read("input/config/hyperparameters.json")) as TestHyperparameters;

const data = join(mlRoot, "input/data");
const seen = readdirSync(data, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => `${path.slice(data.length + 1)}: ${readFileSync(path, "utf8")}`);
const { TRAINING_JOB_NAME, TRAINING_JOB_ARN, AWS_REGION, COLOUR } = process.env;
const environment = { TRAINING_JOB_NAME, TRAINING_JOB_ARN, AWS_REGION, COLOUR };
writeFileSync(join(mlRoot, "model/seen.json"), JSON.stringify({ seen: seen.sort(), environment }));
const resources = JSON.parse(read("input/config/resourceconfig.json")) as { current_host: string };
if (hyperparameters.hosts)
  writeFileSync(
    join(mlRoot, `model/${resources.current_host}.json`),
    JSON.stringify({ ...resources, seen: seen.sort(), names: readFileSync("/etc/hosts", "utf8").match(/algo-\d/g) }),
  );
if (hyperparameters.failing === resources.current_host) {
  writeFileSync(join(mlRoot, "output/failure"), "this host alone");
  process.exit(3);
} else if (hyperparameters.failing) setInterval(() => {}, 1000);
if (hyperparameters.output) writeFileSync(join(mlRoot, "output/data/plot.txt"), hyperparameters.output);
if (hyperparameters.outputBytes) {
  writeFileSync(join(mlRoot, "output/data/random"), randomBytes(Number(hyperparameters.outputBytes)));
}

if (hyperparameters.reach) {
  const { S3 } = await import("@aws-sdk/client-s3");
  const { SageMaker } = await import("@aws-sdk/client-sagemaker");
  const { CloudWatch } = await import("@aws-sdk/client-cloudwatch");
  const { CloudWatchLogs } = await import("@aws-sdk/client-cloudwatch-logs");
  const s3 = new S3({ forcePathStyle: true });
  const Bucket = hyperparameters.reach;
  const mine = `out/${TRAINING_JOB_NAME}/output`;
  const attempts: Record<string, () => Promise<unknown>> = {
    "read channel": () => s3.getObject({ Bucket, Key: "data/train/a.csv" }),
    "list channel": () => s3.listObjectsV2({ Bucket, Prefix: "data/train" }),
    "write output": () => s3.putObject({ Bucket, Key: `${mine}/x`, Body: "x" }),
    "read other": () => s3.getObject({ Bucket, Key: "lists/manifest.json" }),
    "list all": () => s3.listObjectsV2({ Bucket }),
    "write other": () => s3.putObject({ Bucket, Key: "out/other/output/x", Body: "x" }),
    "delete channel": () => s3.deleteObject({ Bucket, Key: "data/train/a.csv" }),
    "list jobs": () => new SageMaker().listTrainingJobs({}),
    // The server writes both for the run.
    "write log": () =>
      new CloudWatchLogs().createLogStream({
        logGroupName: "/aws/sagemaker/TrainingJobs",
        logStreamName: `${TRAINING_JOB_NAME}/algo-1-0`,
      }),
    "write metric": () =>
      new CloudWatch().putMetricData({
        Namespace: "/aws/sagemaker/TrainingJobs",
        MetricData: [
          { MetricName: "loss", Value: 1, Dimensions: [{ Name: "TrainingJobName", Value: TRAINING_JOB_NAME }] },
        ],
      }),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    console.log(
      `${what}: ${await attempt().then(
        () => "done",
        (error: Error) => error.name,
      )}`,
    );
  }
  console.log(`key: ${process.env.AWS_ACCESS_KEY_ID}`);
}

const rounds = Number(hyperparameters.rounds ?? 0);
for (let round = 0; round < rounds; round++) {
  console.log(`[${round}]\ttrain-loss:${1 / (round + 1)}`);
}
if (hyperparameters.wait) {
  console.log("waiting");
  const idle = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    process.on("SIGTERM", () => {
      console.log("saving what there is");
      appendFileSync(join(mlRoot, "model/seen.json"), "\n");
      clearInterval(idle);
      resolve();
    });
  });
}
if (hyperparameters.fail && !existsSync(join(mlRoot, "output/failure"))) {
  writeFileSync(join(mlRoot, "output/failure"), hyperparameters.fail);
}
// The program exits only when everything that it printed has been written.
if (!hyperparameters.failing) process.stdout.write("", () => process.exit(Number(hyperparameters.exit ?? 0)));
