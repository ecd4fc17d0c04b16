import { execFileSync } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { processesOfRuns } from "../conformance/processes-of-runs.ts";
import { createPythonEnvironment } from "../tools/python-environments.ts";
import { ranMicroseconds, residentMebibytes } from "./process-figures.ts";
import { type ProcessFigures, runProcess } from "./recipe/run-process.ts";
import { type MeasuredServer, machine, startSagebrush } from "./servers.ts";

const root = join(import.meta.dirname, "..");
const program = join(import.meta.dirname, "transform", "with_xgboost.py");
const Bucket = "bench-transform";
const image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1";

/**
 * So many rows of CSV, 200,000 if none is given, through a model of XGBoost: a transform job, from its creation to its end,
 * beside the loop that people write with pandas and xgboost, start included. The answers are compared.
 */
export async function run(given = "200000"): Promise<void> {
  const rows = Number(given);
  const problem = await createPythonEnvironment("v2");
  if (problem !== undefined) throw new Error(problem);
  const python = join(root, ".venv-v2", "bin", "python");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "transform-"));
  const [model, csv, output] = ["xgboost-model", "rows.csv", "answers"].map((name) => join(folder, name));
  try {
    execFileSync(python, [program, "make", String(rows), `${model}.json`, csv!]);
    execFileSync("mv", [`${model}.json`, model!]);
    execFileSync("tar", ["-czf", join(folder, "model.tar.gz"), "-C", folder, "xgboost-model"]);
    const megabytes = Math.round(statSync(csv!).size / 1e6);
    console.log(`${machine()}; ${rows} rows of 20 numbers, ${megabytes} MB`);
    const peer = await runProcess(python, [program, "predict", model!, csv!, output!]);
    say("xgboost in Python", peer);
    const [own, answers] = await transformed(folder, csv!);
    say(
      "transform job",
      own,
      `   ${(peer.seconds / own.seconds).toFixed(2)}x, ${(peer.cpuSeconds / own.cpuSeconds).toFixed(2)}x by CPU; asked: 1x, under 500 MB`,
    );
    compare(answers, readFileSync(output!, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function transformed(folder: string, csv: string): Promise<[ProcessFigures, string]> {
  const server = await startSagebrush();
  try {
    const { s3, sagemaker } = clientsOf(server);
    await s3.createBucket({ Bucket });
    const Body = readFileSync(join(folder, "model.tar.gz"));
    await s3.putObject({ Bucket, Key: "model.tar.gz", Body });
    await s3.putObject({ Bucket, Key: "in/rows.csv", Body: createReadStream(csv), ContentLength: statSync(csv).size });
    const PrimaryContainer = { Image: image, ModelDataUrl: `s3://${Bucket}/model.tar.gz` };
    const ExecutionRoleArn = "arn:aws:iam::123456789012:role/SageMakerRole";
    await sagemaker.createModel({ ModelName: "trees", ExecutionRoleArn, PrimaryContainer });
    const before = ranMicroseconds([server.pid]);
    const begun = performance.now();
    const TransformJobName = "bench";
    await sagemaker.createTransformJob({
      TransformJobName,
      ModelName: "trees",
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/in/` } },
        ContentType: "text/csv",
        SplitType: "Line",
      },
      TransformOutput: { S3OutputPath: `s3://${Bucket}/out`, AssembleWith: "Line" },
      TransformResources: { InstanceType: "ml.m5.xlarge", InstanceCount: 1 },
    });
    let [peakMebibytes, ran] = [0, 0];
    for (;;) {
      const { TransformJobStatus, FailureReason } = await sagemaker.describeTransformJob({ TransformJobName });
      if (TransformJobStatus === "Completed") break;
      if (TransformJobStatus !== "InProgress") throw new Error(FailureReason);
      const own = processesOfRuns(server.home);
      const resident = await Promise.all(own.map(residentMebibytes));
      peakMebibytes = Math.max(
        peakMebibytes,
        resident.reduce<number>((sum, one) => sum + (one ?? 0), 0),
      );
      ran = Math.max(ran, ranMicroseconds(own));
      await pause(50);
    }
    const seconds = (performance.now() - begun) / 1e3;
    const cpuSeconds = (ran + ranMicroseconds([server.pid]) - before) / 1e6;
    const { Body: answers } = await s3.getObject({ Bucket, Key: "out/rows.csv.out" });
    return [{ seconds, cpuSeconds, peakMebibytes }, await answers!.transformToString()];
  } finally {
    await server.close();
  }
}

const clientsOf = ({ port, credentials: { id, secret, region } }: MeasuredServer) => {
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    credentials: { accessKeyId: id, secretAccessKey: secret },
  };
  return { s3: new S3({ ...options, forcePathStyle: true }), sagemaker: new SageMaker(options) };
};

/** Both are of single precision, and write what they have in their own ways. */
function compare(own: string, other: string): void {
  const [one, two] = [own, other].map((text) => text.trimEnd().split("\n"));
  if (one!.length !== two!.length) throw new Error(`The answers differ: ${one!.length} and ${two!.length} lines`);
  const at = one!.findIndex((text, index) => Math.abs(Number(text) - Number(two![index])) > 1e-6);
  if (at >= 0) throw new Error(`The answers differ in line ${at + 1}: ${one![at]} and ${two![at]}`);
}

function say(name: string, { cpuSeconds, peakMebibytes, seconds }: ProcessFigures, more = ""): void {
  console.log(
    `${name.padEnd(18)}${seconds.toFixed(1).padStart(8)} s${cpuSeconds.toFixed(1).padStart(8)} CPU s${peakMebibytes.toFixed(0).padStart(7)} MiB${more}`,
  );
}
