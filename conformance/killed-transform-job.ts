import { expect } from "vitest";
import { clientsOf } from "./clients.ts";
import type { KilledJob } from "./killed-job.ts";
import { putArchive } from "./model-archive.ts";
import { region, type TestServer } from "./server.ts";
import { Bucket, base, objectsBelow, put, transformJob } from "./transform-jobs.ts";
import { role } from "./xgboost-job.ts";

const lines = 20;
const ModelName = "counts";

/** Prints a number for each record, and numbers without end for the record `forever`. */
const program = `import { createServer } from "node:http";
console.log("begun");
let number = 0;
const print = () => console.log("[" + number++ + "]");
createServer(async (request, response) => {
  if (request.url !== "/invocations") return response.writeHead(request.url === "/ping" ? 200 : 404).end();
  let text = "";
  for await (const bytes of request) text += bytes;
  if (text === "forever") return setInterval(print, 50);
  print();
  setTimeout(() => response.end(text), 50);
}).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT));
`;

const create = (server: TestServer, name: string, input: string) =>
  clientsOf(server).sagemaker.createTransformJob(
    transformJob(name, ModelName, {
      BatchStrategy: "SingleRecord",
      TransformInput: { DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/${input}` } } },
    }),
  );

const records = Array.from({ length: lines }, (_, index) => `${index},row\n`).join("");

export const killedTransformJob: KilledJob = {
  async prepare(server) {
    const { s3, sagemaker } = clientsOf(server);
    await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
    const ModelDataUrl = await putArchive(server, Bucket, "models/counts.tar.gz", { "code/server.mjs": program });
    const PrimaryContainer = { Image: base, ModelDataUrl, Environment: { SAGEMAKER_PROGRAM: "server.mjs" } };
    await sagemaker.createModel({ ModelName, ExecutionRoleArn: role, PrimaryContainer });
    await put(server, "killed/rows.csv", records);
    await put(server, "endless/rows.csv", "forever");
  },
  create: (server, name) => create(server, name, "killed/"),
  createWithoutEnd: (server, name) => create(server, name, "endless/"),
  stop: (server, TransformJobName) => clientsOf(server).sagemaker.stopTransformJob({ TransformJobName }),
  async look(server, TransformJobName) {
    const job = await clientsOf(server).sagemaker.describeTransformJob({ TransformJobName });
    return { status: job.TransformJobStatus, reason: job.FailureReason, steps: [] };
  },
  logGroup: "/aws/sagemaker/TransformJobs",
  onceLine: /^begun$/,
  numberedLine: /^\[(\d+)\]$/,
  lines,
  async checkArtifacts(server, name) {
    expect(await objectsBelow(server, `out/${name}/`)).toEqual({ "rows.csv.out": records });
  },
};
