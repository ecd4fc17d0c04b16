import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker, waitUntilEndpointInService } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntime, type SageMakerRuntimeServiceException } from "@aws-sdk/client-sagemaker-runtime";
import { create, extract } from "tar";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { region, useServer } from "./server.ts";
import { role, xgboostJob } from "./xgboost-job.ts";

const server = useServer();
const Bucket = "xgboost-versions";
const registry = `246618743249.dkr.ecr.${region}.amazonaws.com`;
const imageOf = (version: string) => `${registry}/${version === "1" ? "xgboost" : "sagemaker-xgboost"}:${version}`;

let sagemaker: SageMaker;
let runtime: SageMakerRuntime;
let s3: S3;
beforeAll(async () => {
  const options = { ...server.clientOptions, maxAttempts: 1 };
  sagemaker = new SageMaker(options);
  runtime = new SageMakerRuntime(options);
  s3 = new S3({ ...options, forcePathStyle: true });
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
});

interface Job {
  readonly version?: string;
  readonly rows: string | Uint8Array;
  readonly contentType?: string;
  readonly hyperparameters?: Record<string, string>;
}

async function train(name: string, { version = "1.7-1", rows, contentType = "text/csv", hyperparameters = {} }: Job) {
  await s3.putObject({ Bucket, Key: `${name}/train/rows`, Body: rows });
  await sagemaker.createTrainingJob(
    xgboostJob(name, {
      data: `s3://${Bucket}/${name}/train/`,
      output: `s3://${Bucket}/out`,
      hyperparameters: { objective: "binary:logistic", num_round: "5", ...hyperparameters },
      image: imageOf(version),
      contentType,
    }),
  );
  for (;;) {
    const job = await sagemaker.describeTrainingJob({ TrainingJobName: name });
    if (job.TrainingJobStatus === "Completed") return { model: job.ModelArtifacts!.S3ModelArtifacts! };
    if (job.TrainingJobStatus === "Failed") return { failure: job.FailureReason! };
    await after(50);
  }
}

const trained = async (name: string, job: Job) => {
  const { model, failure } = await train(name, job);
  expect(failure).toBeUndefined();
  return model!;
};

interface Variant {
  readonly version?: string;
  readonly model: string;
  readonly environment?: Record<string, string>;
}

/** Deploys one endpoint with a variant for each entry, by its name. */
async function deploy(EndpointName: string, variants: Readonly<Record<string, Variant>>): Promise<void> {
  for (const [variant, { version = "1.7-1", model, environment }] of Object.entries(variants))
    await sagemaker.createModel({
      ModelName: `${EndpointName}-${variant}`,
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: imageOf(version), ModelDataUrl: model, Environment: environment },
    });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: EndpointName,
    ProductionVariants: Object.keys(variants).map((VariantName) => ({
      VariantName,
      ModelName: `${EndpointName}-${VariantName}`,
      InstanceType: "ml.m5.large",
      InitialInstanceCount: 1,
    })),
  });
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: EndpointName });
  const patience = { client: sagemaker, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };
  await waitUntilEndpointInService(patience, { EndpointName });
}

/** The SDK calls a body without a content type application/octet-stream; boto3 says nothing. */
function untyped(): SageMakerRuntime {
  const client = new SageMakerRuntime({ ...server.clientOptions, maxAttempts: 1 });
  client.middlewareStack.add(
    (next) => (args) => {
      delete (args.request as { headers: Record<string, string> }).headers["content-type"];
      return next(args);
    },
    { step: "build", priority: "low" },
  );
  return client;
}

/** The answer's type and text; of a model's refusal its status and text. */
async function ask(EndpointName: string, TargetVariant: string, Body: string, ContentType?: string, Accept?: string) {
  try {
    const client = ContentType ? runtime : untyped();
    const answer = await client.invokeEndpoint({ EndpointName, TargetVariant, Body, ContentType, Accept });
    return [answer.ContentType, answer.Body.transformToString()];
  } catch (error) {
    const refusal = error as SageMakerRuntimeServiceException & { OriginalStatusCode?: number };
    return [refusal.OriginalStatusCode, /with message "(.*)"\. See/s.exec(refusal.message)?.[1] ?? refusal.message];
  }
}

/** An archive with the models of several archives, as xgboost-model-0, xgboost-model-1 and so on. */
async function archiveOf(urls: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-models-"));
  try {
    for (const [i, url] of urls.entries()) {
      const { Body } = await s3.getObject({ Bucket, Key: url.slice(`s3://${Bucket}/`.length) });
      const file = join(folder, "one.tar.gz");
      await writeFile(file, await Body!.transformToByteArray());
      await extract({ file, cwd: folder });
      await rename(join(folder, "xgboost-model"), join(folder, `xgboost-model-${i}`));
    }
    const file = join(folder, "both.tar.gz");
    await create(
      { gzip: true, cwd: folder, file },
      urls.map((_, i) => `xgboost-model-${i}`),
    );
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const floatsIn = (text: string) => [...text.matchAll(/-?\d+\.\d+(e[-+]\d+)?/g)].map(([number]) => Number(number));

describe("one model, served by each version of the image", () => {
  const versions = ["1", "0.90-1", "0.90-2", "1.0-1", "1.2-1", "1.2-2", "1.3-1", "1.5-1", "1.7-1", "3.0-5"];
  const nameOf = (version: string) => `v${version.replace(".", "-")}`;
  const three = "5,6\n1,2\n5,1";
  beforeAll(async () => {
    const model = await trained("each-version", { rows: "1,5,6\n0,1,2\n1,6,6\n0,2,1\n".repeat(5) });
    await deploy("versions", Object.fromEntries(versions.map((version) => [nameOf(version), { version, model }])));
  });

  test.for(versions)("%s answers three rows as its container does", async (version) => {
    const inRows = versions.indexOf(version) >= versions.indexOf("1.2-2");
    const number = /\d\.\d+/.source;
    const csv = inRows ? new RegExp(`^(${number}\n){3}$`) : new RegExp(`^${number},${number},${number}$`);
    const answer = (contentType?: string, accept?: string, body = three) =>
      ask("versions", nameOf(version), body, contentType, accept);

    const [type, text] = await answer("text/csv");
    expect([type, text]).toEqual(["text/csv", expect.stringMatching(csv)]);
    const numbers = floatsIn(text as string);
    expect(numbers.every((value) => Math.fround(value) === value)).toBe(true);
    // What separates the fields is found, and libsvm is understood.
    for (const separator of ["|", ";", "\t", " "])
      expect(await answer("text/csv", "text/csv", three.replaceAll(",", separator))).toEqual([type, text]);
    expect(await answer("text/libsvm", undefined, "0:5 1:6\n0:1 1:2\n0:5 1:1")).toEqual([type, text]);
    const records = await answer("application/x-recordio-protobuf", undefined, "?");
    expect(records[0]).toBe(415);
    expect(records[1]).toContain(version === "1" ? "is not supported" : "record 1: it ends");

    const json = await answer("text/csv", "application/json");
    const scores = numbers.map((value) => `{"score": ${value}}`).join(", ");
    expect(json).toEqual(inRows ? ["application/json", `{"predictions": [${scores}]}`] : [type, text]);
    const lines = await answer("text/csv", "application/jsonlines");
    if (inRows)
      expect(lines).toEqual([500, expect.stringContaining("set it, or ask for one of text/csv, application/json.")]);
    else expect(lines).toEqual([type, text]);
    expect((await answer("text/csv", "image/png"))[0]).toBe(inRows ? 406 : "text/csv");
    // A payload without a content type is CSV to the oldest image and libsvm to all others.
    expect((await answer(undefined, undefined, "5,6"))[0]).toBe(version === "1" ? "text/csv" : 415);
    expect(await answer(undefined, undefined, version === "1" ? three : "0:5 1:6\n0:1 1:2\n0:5 1:1")).toEqual([
      type,
      text,
    ]);
  });

  test("answers that a client joins stay apart", async () => {
    const parts = await Promise.all(three.split("\n").map((row) => ask("versions", "v1-7-1", row, "text/csv")));
    const whole = await ask("versions", "v1-7-1", three, "text/csv");
    expect(parts.map(([, text]) => text).join("")).toBe(whole[1]);
  });
});

describe("the environment of a model", () => {
  beforeAll(async () => {
    const rows = "1,5,6\n0,1,2\n1,6,6\n0,2,1\n".repeat(5);
    const model = await trained("binary", { rows });
    const other = await trained("binary-short", { rows, hyperparameters: { num_round: "1" } });
    const classes = await trained("classes", {
      rows: "0,1,1\n1,5,5\n2,9,9\n".repeat(5),
      hyperparameters: { objective: "multi:softprob", num_class: "3" },
    });
    await s3.putObject({ Bucket, Key: "both.tar.gz", Body: await archiveOf([model, other]) });
    const ensemble = `s3://${Bucket}/both.tar.gz`;
    await deploy("environments", {
      plain: { model },
      short: { model: other },
      selected: { model, environment: { SAGEMAKER_INFERENCE_OUTPUT: "probability,predicted_label" } },
      classes: { model: classes, environment: { SAGEMAKER_INFERENCE_OUTPUT: "predicted_label,labels,probabilities" } },
      json: { model, environment: { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: "application/json" } },
      small: { model, environment: { MAX_CONTENT_LENGTH: "5" } },
      batch: { model, environment: { SAGEMAKER_BATCH: "true" } },
      ensemble: { model: ensemble },
      single: { model: ensemble, environment: { SAGEMAKER_INFERENCE_ENSEMBLE: "false" } },
    });
  });
  const answer = (variant: string, body = "5,6\n1,2", accept?: string) =>
    ask("environments", variant, body, "text/csv", accept);
  const numbersOf = async (variant: string) => floatsIn((await answer(variant))[1] as string);

  test("selects what is answered, in its order", async () => {
    const [one, two] = await numbersOf("plain");
    expect(await answer("selected")).toEqual(["text/csv", `${one},1\n${two},0`]);
    expect(await answer("selected", undefined, "application/jsonlines")).toEqual([
      "application/jsonlines",
      `{"predicted_label": 1, "probability": ${one}}\n{"predicted_label": 0, "probability": ${two}}\n`,
    ]);
    const [type, text] = await answer("classes", "5,5");
    expect(type).toBe("text/csv");
    expect(text).toMatch(/^1,"\[0, 1, 2\]","\[0\.\d+, 0\.\d+, 0\.\d+\]"$/);
  });

  test("chooses the answer's format, the payload's limit and the models", async () => {
    const [one, two] = await numbersOf("plain");
    expect(await answer("json")).toEqual([
      "application/json",
      `{"predictions": [{"score": ${one}}, {"score": ${two}}]}`,
    ]);
    expect(await answer("small", "5,6")).toEqual(["text/csv", `${one}\n`]);
    expect(await answer("small")).toEqual([413, expect.stringContaining("larger than 5 bytes")]);
    expect(await answer("batch", undefined, "application/json")).toEqual(["application/json", `${one}\n${two}\n`]);
    const [short] = await numbersOf("short");
    expect((await numbersOf("ensemble"))[0]).toBe(Math.fround(Math.fround(one! + short!) / 2));
    expect(await numbersOf("single")).toEqual([one, two]);
  });

  test.for<[Record<string, string>, string]>([
    [{ SAGEMAKER_MULTI_MODEL: "true" }, "A server of several models (Environment SAGEMAKER_MULTI_MODEL) is not built"],
    [{ MAX_CONTENT_LENGTH: "6MB" }, 'Environment MAX_CONTENT_LENGTH is "6MB"; give a whole number of bytes.'],
    [
      { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: "application/jsonlines" },
      'Environment SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT is "application/jsonlines"; give one of text/csv, application/json.',
    ],
  ])("is refused where it cannot be honoured: %j", async ([Environment, message]) => {
    const PrimaryContainer = { Image: imageOf("1.7-1"), Environment };
    const refusal = sagemaker.createModel({ ModelName: "refused", ExecutionRoleArn: role, PrimaryContainer });
    await expect(refusal).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });
});

describe("training", () => {
  const rows = "1|5|6\n0|1|2\n1|6|6\n0|2|1\n".repeat(5);

  test.for<[string, Job, string?]>([
    ["bars", { rows }],
    ["silent-old", { rows, version: "1.0-1", hyperparameters: { silent: "1", learning_rate: "0.3" } }],
    [
      "silent-new",
      { rows, hyperparameters: { silent: "1" } },
      "silent is not known to version 1.7-1; it is to 1, 0.90-1, 0.90-2, 1.0-1.",
    ],
    ["patient", { rows, hyperparameters: { early_stopping_rounds: "1", eval_metric: "error" } }],
    ["patient-old", { rows, version: "0.90-2", hyperparameters: { early_stopping_rounds: "1" } }],
    [
      "linear",
      { rows, hyperparameters: { booster: "gblinear" } },
      'AWS\'s image has and that are not built here yet: booster "gblinear"; give "gbtree".',
    ],
    [
      "parquet",
      { rows, contentType: "application/x-parquet" },
      "the file cannot be read as Parquet: Invalid Input Error: No magic bytes found",
    ],
    [
      "bars-header",
      { rows: `y|a|b\n${rows}` },
      '"y" in column 1 is not a number (fields are separated by "|"). If the line is a header',
    ],
  ])("%s", async ([name, job, reason]) => {
    const { model, failure } = await train(`train-${name}`, job);
    if (reason) expect(failure).toContain(reason);
    else expect(model).toBeDefined();
  });
});

test("records that the SageMaker SDK writes are learned from and answered, and it reads the answers", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v2",
    `
import io, json
import boto3, numpy as np, sagemaker
from sagemaker.amazon.common import read_records, write_numpy_to_dense_tensor
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer, JSONLinesDeserializer
from sagemaker.serializers import CSVSerializer

def records_of(rows, labels=None):
    buffer = io.BytesIO()
    write_numpy_to_dense_tensor(buffer, np.array(rows, dtype="float32"), labels)
    return buffer.getvalue()

labels = np.array([1, 0, 1, 0] * 5, dtype="float32")
written = records_of([[5, 6], [1, 2], [6, 6], [2, 1]] * 5, labels)
boto3.client("s3").put_object(Bucket="${Bucket}", Key="written/rows", Body=written)

predictor = sagemaker.predictor.Predictor("environments", sagemaker.Session(), CSVSerializer())
answers = {}
for deserializer in [JSONDeserializer(), JSONLinesDeserializer(), CSVDeserializer()]:
    predictor.deserializer = deserializer
    answers[type(deserializer).__name__] = predictor.predict([[5, 6], [1, 2]], target_variant="selected")
answer = boto3.client("sagemaker-runtime").invoke_endpoint(
    EndpointName="environments",
    TargetVariant="selected",
    Body=records_of([[5, 6], [1, 2]]),
    ContentType="application/x-recordio-protobuf",
    Accept="application/x-recordio-protobuf",
)
answers["records"] = [
    {name: value.float32_tensor.values[0] for name, value in record.label.items()}
    for record in read_records(io.BytesIO(answer["Body"].read()))
]
print(json.dumps(answers))
`,
  );
  const answers = JSON.parse(printed.trim().split("\n").at(-1)!);
  const lines: { predicted_label: number; probability: number }[] = answers.JSONLinesDeserializer;
  expect(lines).toMatchObject([{ predicted_label: 1 }, { predicted_label: 0 }]);
  expect(answers.JSONDeserializer).toEqual({ predictions: lines });
  expect(answers.records).toEqual(lines);
  expect(answers.CSVDeserializer).toEqual(
    lines.map(({ probability, predicted_label }) => [String(probability), String(predicted_label)]),
  );

  const { Body } = await s3.getObject({ Bucket, Key: "written/rows" });
  const rows = await Body!.transformToByteArray();
  const model = await trained("records", { rows, contentType: "application/x-recordio-protobuf" });
  await deploy("records", { one: { model } });
  expect(await ask("records", "one", "5,6\n1,2", "text/csv")).toEqual(
    await ask("environments", "plain", "5,6\n1,2", "text/csv"),
  );
});
