import type { CreateTransformJobRequest, DescribeTransformJobResponse } from "@aws-sdk/client-sagemaker";
import { expect, vi } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { putArchive, treeModel } from "./model-archive.ts";
import { region, type TestServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

export const Bucket = "transformed";
export const base = `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`;

/**
 * A container's own server. It answers each line of CSV with the line's number in the request, its length and its text in
 * capitals; each line of JSON with an object of it. `FAILS_EVERY`: every request of such a number is answered with 500.
 * `GATE`: nothing is answered before there is something at that address.
 */
const program = `import { createServer } from "node:http";
let count = 0;
const { FAILS_EVERY, GATE, PARAMETERS, FAILS_ON, PREFIX = "" } = process.env;
createServer(async (request, response) => {
  if (request.url === "/ping") return response.end();
  if (request.url === "/execution-parameters") return response.writeHead(PARAMETERS ? 200 : 404).end(PARAMETERS);
  if (request.url === "/invocations" && PREFIX === "stream") {
    response.setHeader("content-type", "text/plain");
    for await (const bytes of request) response.write(bytes);
    return response.end("|");
  }
  const pieces = [];
  for await (const bytes of request) pieces.push(bytes);
  const body = Buffer.concat(pieces);
  if (FAILS_EVERY && ++count % Number(FAILS_EVERY) === 0) return response.writeHead(500).end("the tenth");
  const text = body.toString();
  while (GATE && !(await fetch(GATE)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
  if (FAILS_ON && text.includes(FAILS_ON)) return response.writeHead(400).end("a bad record:\\n" + FAILS_ON);
  const type = request.headers["content-type"] ?? "";
  response.setHeader("content-type", request.headers.accept ?? type);
  if (type === "application/x-recordio-protobuf" || type === "application/x-tfexample")
    return response.end(body.length + ":" + body.toString("hex") + "\\n");
  const lines = text.split("\\n");
  if (type === "application/jsonlines")
    return response.end(lines.map((line) => JSON.stringify({ of: JSON.parse(line), n: lines.length })).join("\\n") + "\\n");
  response.end(lines.map((line) => PREFIX + lines.length + ":" + line.length + ":" + line.toUpperCase()).join("\\n"));
}).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT));
`;

/** Makes the bucket and the models: `trees` of XGBoost, `lines` of a program, and `pipeline`, the program and then itself. */
export async function makeModels(server: TestServer): Promise<void> {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const trees = await putArchive(server, Bucket, "models/trees.tar.gz", { "xgboost-model": treeModel(0.5, 10, 20) });
  const lines = await putArchive(server, Bucket, "models/lines.tar.gz", { "code/server.mjs": program });
  const own = { Image: base, ModelDataUrl: lines };
  const Environment = { SAGEMAKER_PROGRAM: "server.mjs" };
  const models = {
    trees: [{ Image: xgboost, ModelDataUrl: trees }],
    lines: [{ ...own, Environment }],
    pipeline: [
      { ...own, Environment },
      { ...own, Environment: { ...Environment, PREFIX: "last-" } },
    ],
    stream: [{ ...own, Environment: { ...Environment, PREFIX: "stream" } }],
    tenth: [{ ...own, Environment: { ...Environment, FAILS_EVERY: "10" } }],
    picky: [{ ...own, Environment: { ...Environment, FAILS_ON: "bad" } }],
    told: [
      {
        ...own,
        Environment: {
          ...Environment,
          PARAMETERS: JSON.stringify({ MaxConcurrentTransforms: 3, BatchStrategy: "SINGLE_RECORD", MaxPayloadInMB: 2 }),
        },
      },
    ],
  };
  for (const [ModelName, Containers] of Object.entries(models))
    await sagemaker.createModel({ ModelName, ExecutionRoleArn: role, Containers });
}

export const put = (server: TestServer, Key: string, Body: string | Uint8Array) =>
  clientsOf(server).s3.putObject({ Bucket, Key, Body });

/** What objects below a prefix hold, by the rest of their keys. */
export async function objectsBelow(server: TestServer, prefix: string): Promise<Record<string, string>> {
  const { s3 } = clientsOf(server);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: prefix });
  const found: Record<string, string> = {};
  for (const { Key } of Contents) {
    const { Body } = await s3.getObject({ Bucket, Key });
    found[Key!.slice(prefix.length)] = await Body!.transformToString("latin1");
  }
  return found;
}

type Parts = Omit<Partial<CreateTransformJobRequest>, "TransformInput" | "TransformOutput"> & {
  readonly TransformInput?: Partial<NonNullable<CreateTransformJobRequest["TransformInput"]>>;
  readonly TransformOutput?: Partial<NonNullable<CreateTransformJobRequest["TransformOutput"]>>;
};

/** A request that reads CSV below `in/NAME/`, a record a line, and writes below `out/NAME`. */
export const transformJob = (name: string, ModelName: string, parts: Parts = {}): CreateTransformJobRequest => ({
  TransformJobName: name,
  ModelName,
  TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
  ...parts,
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/in/${name}/` } },
    ContentType: "text/csv",
    SplitType: "Line",
    ...parts.TransformInput,
  },
  TransformOutput: { S3OutputPath: `s3://${Bucket}/out/${name}`, AssembleWith: "Line", ...parts.TransformOutput },
});

/** Waits for a job's end and returns what Describe says. */
export async function ended(server: TestServer, TransformJobName: string): Promise<DescribeTransformJobResponse> {
  const job = () => clientsOf(server).sagemaker.describeTransformJob({ TransformJobName });
  const final = ["Completed", "Failed", "Stopped"];
  await vi.waitUntil(async () => final.includes((await job()).TransformJobStatus!), patience);
  return job();
}

/** Puts the objects, runs the job to its end, and returns the outputs by their keys. */
export async function transform(
  server: TestServer,
  inputs: Readonly<Record<string, string | Uint8Array>>,
  request: CreateTransformJobRequest,
): Promise<Record<string, string>> {
  const name = request.TransformJobName!;
  for (const [key, body] of Object.entries(inputs)) await put(server, `in/${name}/${key}`, body);
  await clientsOf(server).sagemaker.createTransformJob(request);
  const { TransformJobStatus, FailureReason } = await ended(server, name);
  expect([TransformJobStatus, FailureReason]).toEqual(["Completed", undefined]);
  return objectsBelow(server, `out/${name}/`);
}
