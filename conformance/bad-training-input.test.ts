import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  waitUntilTrainingJobCompletedOrStopped,
} from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { useServer } from "./server.ts";
import { xgboostJob } from "./xgboost-job.ts";

const server = useServer();
const bucket = "bad-training-input";
let s3: S3Client;
let sagemaker: SageMakerClient;
beforeAll(async () => {
  s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
  sagemaker = new SageMakerClient(server.clientOptions);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

interface Input {
  readonly text: string;
  readonly hyperparameters?: Record<string, string>;
  readonly channel?: string;
  readonly contentType?: string;
}

/** The job's reason to fail, as DescribeTrainingJob gives it. */
async function failureReason(name: string, input: Input): Promise<string | undefined> {
  const { text, hyperparameters = {}, channel = "train", contentType = "text/csv" } = input;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${name}/train.csv`, Body: text }));
  await sagemaker.send(
    new CreateTrainingJobCommand(
      xgboostJob(name, {
        data: `s3://${bucket}/${name}/`,
        output: `s3://${bucket}/output`,
        hyperparameters: { num_round: "2", objective: "binary:logistic", ...hyperparameters },
        channel,
        contentType,
      }),
    ),
  );
  const which = { TrainingJobName: name };
  await waitUntilTrainingJobCompletedOrStopped({ client: sagemaker, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, which)
    // The waiter throws for a failed job, which this test waits for.
    .catch(() => {});
  const job = await sagemaker.send(new DescribeTrainingJobCommand(which));
  expect(job.TrainingJobStatus).toBe("Failed");
  return job.FailureReason;
}

const classes = { objective: "multi:softprob", num_class: "3" };

test.concurrent.for<[string, Input, string]>([
  ["empty-file", { text: "" }, "Channel train: train.csv: the file is empty."],
  ["blank-file", { text: " \n\n" }, "Channel train: train.csv: the file holds no row."],
  [
    "negative-index",
    { text: "1 0:1\n0 -5:1\n", contentType: "text/libsvm" },
    'train.csv, line 2: "-5:1" has a negative index; an index is a whole number from 0 to 2147483646, in digits.',
  ],
  [
    "no-integer",
    { text: "1,2\n", hyperparameters: { max_depth: "4.0" } },
    'Hyperparameter max_depth: could not parse value (caused by ValueError). It is "4.0"; give a whole number',
  ],
  ["no-updater", { text: "1,2\n", hyperparameters: { updater: "grow_gpu" } }, 'updater is "grow_gpu"; leave it out.'],
  [
    "ragged-rows",
    { text: "1,2,3\n0,1\n" },
    'train.csv, line 2: the row has 2 values, the rows before it have 3: "0,1".',
  ],
  ["text", { text: "1,2\n0,abc\n" }, 'train.csv, line 2: "abc" in column 2 is not a number (fields'],
  [
    "label",
    { text: "0,9\n3,9\n", hyperparameters: classes },
    "train.csv, line 2: the label is 3; it must be a whole number from 0 to 2.",
  ],
  ["missing-channel", { text: "1,2\n", channel: "training" }, "The channel train is required; the job has training."],
  [
    "unknown",
    { text: "1,2\n", hyperparameters: { dept: "3" } },
    "Additional hyperparameters are not allowed: dept is not known",
  ],
  [
    "not-built",
    { text: "1,2\n", hyperparameters: { objective: "reg:logistic", eval_metric: "aucpr" } },
    "AWS's image has and that are not built here yet",
  ],
  ["out-of-range", { text: "1,2\n", hyperparameters: { eta: "5" } }, 'eta is "5"; give a number from 0 to 1.'],
  ["content-type", { text: "1,2\n", contentType: "image/png" }, "image/png is not an accepted ContentType"],
  [
    "header",
    { text: "y,a\n1,2\n" },
    "If the line is a header, give the data without it, as `tail -n +2 train.csv > train.csv.without-first-line` writes it",
  ],
  [
    "label-last",
    { text: "17.99,5,1\n20.57,4,0\n" },
    "if that is the label, move it with `sed -E -i 's/(.*)[,](.*)/\\2,\\1/' train.csv`.",
  ],
])("%s", async ([name, input, reason]) => {
  const found = await failureReason(name, input);
  expect(found).toMatch(/^ClientError: /);
  expect(found).toContain(reason);
});

test("a few bytes that ask for a table larger than the instance's memory", async () => {
  const input = { text: "1 0:1\n0 1999999999:1\n", contentType: "text/libsvm" };
  const reason = await failureReason("sparse", input);
  expect(reason).toMatch(
    /^ClientError: Channel train: train\.csv: it has 2 rows and 2000000000 columns \(its largest index is 1999999999\): as a table that takes about 101 GiB, and there are 7\.0 GiB\..* instance type with more memory\., exit code: 1$/,
  );
});
