import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientsOf } from "../conformance/clients.ts";
import { region, type TestServer } from "../conformance/server.ts";
import { role, xgboostJob } from "../conformance/xgboost-job.ts";

export const Bucket = "soak-jobs";
const image = `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`;

/** How many values a job prints, one a line. */
const values = 60;
/** The files that a job's script writes, by their sizes. */
const written = { "a.bin": 200_000, "deep/b.bin": 70_000, "deep/c.txt": 10 } as const;

/** Prints in bursts, as training does, and writes files whose content follows from the job's name. */
const script = `
import os, sys, time
name, folders = sys.argv[1], sys.argv[2:]
print("begun", flush=True)
for value in range(${values}):
    print(f"[{value}] loss={value}.5;", flush=value % 7 == 0)
    if value % 7 == 0:
        time.sleep(0.03)
for folder in folders:
    for path, size in ${JSON.stringify(written)}.items():
        file = os.path.join(folder, path)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as stream:
            stream.write((f"{name} {path} ".encode() * size)[:size])
print("written", flush=True)
`;

const contentOf = (name: string): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(written).map(([path, size]) => {
      const piece = `${name} ${path} `;
      return [path, piece.repeat(Math.ceil(size / piece.length)).slice(0, size)];
    }),
  );

export interface JobLook {
  readonly status: string;
  readonly reason: string | undefined;
  /** The secondary statuses that it has been through, where its kind has such. */
  readonly steps: readonly (string | undefined)[];
}

/** A kind of job of which a soak makes many. */
export interface MixedJob {
  readonly logGroup: string;
  create(server: TestServer, name: string): Promise<unknown>;
  look(server: TestServer, name: string): Promise<JobLook>;
  /** What a completed one left in the bucket: the content of each file, archives unpacked. */
  artifacts(server: TestServer, name: string): Promise<ReadonlyMap<string, string>>;
  /** What it must have left; undefined where that is what the first of its kind left. */
  readonly expected?: (name: string) => ReadonlyMap<string, string>;
  /** The metric that has a value in each numbered line. */
  readonly metric?: string;
}

const withoutResources = {
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  RoleArn: role,
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
} as const;

const training = {
  logGroup: "/aws/sagemaker/TrainingJobs",
  async look(server: TestServer, TrainingJobName: string): Promise<JobLook> {
    const job = await clientsOf(server).sagemaker.describeTrainingJob({ TrainingJobName });
    const steps = job.SecondaryStatusTransitions!.map(({ Status }) => Status);
    return { status: job.TrainingJobStatus!, reason: job.FailureReason, steps };
  },
  async artifacts(server: TestServer, TrainingJobName: string) {
    const job = await clientsOf(server).sagemaker.describeTrainingJob({ TrainingJobName });
    const Key = `out/${TrainingJobName}/output/model.tar.gz`;
    if (job.ModelArtifacts?.S3ModelArtifacts !== `s3://${Bucket}/${Key}`)
      throw new Error(`${TrainingJobName} left its model in ${job.ModelArtifacts?.S3ModelArtifacts}`);
    const objects = await objectsBelow(server, `out/${TrainingJobName}/`);
    if ([...objects.keys()].join() !== "output/model.tar.gz")
      throw new Error(`${TrainingJobName} left ${[...objects.keys()].join()}`);
    return unpacked(objects.get("output/model.tar.gz")!);
  },
} as const;

export const mixedJobs: Readonly<Record<string, MixedJob>> = {
  script: {
    ...training,
    create: (server, name) =>
      clientsOf(server).sagemaker.createTrainingJob({
        ...withoutResources,
        TrainingJobName: name,
        AlgorithmSpecification: {
          ...withoutResources.AlgorithmSpecification,
          MetricDefinitions: [{ Name: "loss", Regex: "loss=([0-9.]+);" }],
        },
        HyperParameters: {
          sagemaker_program: "train.sh",
          sagemaker_submit_directory: `s3://${Bucket}/source.tar.gz`,
        },
        OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
      }),
    expected: contentOf,
    metric: "loss",
  },
  processing: {
    logGroup: "/aws/sagemaker/ProcessingJobs",
    create: (server, name) =>
      clientsOf(server).sagemaker.createProcessingJob({
        ProcessingJobName: name,
        RoleArn: role,
        AppSpecification: {
          ImageUri: image,
          ContainerEntrypoint: ["python3", "/opt/ml/processing/input/code/work.py"],
          ContainerArguments: [name, "/opt/ml/processing/at-end", "/opt/ml/processing/continuous"],
        },
        ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1 } },
        ProcessingInputs: [
          {
            InputName: "code",
            S3Input: {
              S3Uri: `s3://${Bucket}/work.py`,
              LocalPath: "/opt/ml/processing/input/code",
              S3DataType: "S3Prefix",
              S3InputMode: "File",
            },
          },
        ],
        ProcessingOutputConfig: {
          Outputs: (["EndOfJob", "Continuous"] as const).map((S3UploadMode) => {
            const folder = S3UploadMode === "EndOfJob" ? "at-end" : "continuous";
            const S3Uri = `s3://${Bucket}/out/${name}/${folder}`;
            return { OutputName: folder, S3Output: { S3Uri, LocalPath: `/opt/ml/processing/${folder}`, S3UploadMode } };
          }),
        },
      }),
    async look(server, ProcessingJobName) {
      const job = await clientsOf(server).sagemaker.describeProcessingJob({ ProcessingJobName });
      return { status: job.ProcessingJobStatus!, reason: job.FailureReason, steps: [] };
    },
    async artifacts(server, name) {
      const objects = await objectsBelow(server, `out/${name}/`);
      return new Map([...objects].map(([key, bytes]) => [key, bytes.toString("latin1")]));
    },
    expected: (name) =>
      new Map(
        ["at-end", "continuous"].flatMap((folder) =>
          [...contentOf(name)].map(([path, content]) => [`${folder}/${path}`, content] as const),
        ),
      ),
  },
  xgboost: {
    ...training,
    create: (server, name) =>
      clientsOf(server).sagemaker.createTrainingJob(
        xgboostJob(name, {
          data: `s3://${Bucket}/rows/`,
          output: `s3://${Bucket}/out`,
          hyperparameters: { objective: "binary:logistic", num_round: String(values), max_depth: "4" },
        }),
      ),
    metric: "train:logloss",
  },
};

/** Makes the bucket with what the jobs read. */
export async function prepareMixedJobs(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket, Key: "work.py", Body: script });
  await s3.putObject({ Bucket, Key: "source.tar.gz", Body: source() });
  const rows = Array.from({ length: 200 }, (_, row) => [row % 2, ...[3, 5, 7, 11].map((by) => (row * by) % 13)]);
  await s3.putObject({ Bucket, Key: "rows/train.csv", Body: rows.map(String).join("\n") });
}

function source(): Buffer {
  return inFolder((folder) => {
    writeFileSync(join(folder, "work.py"), script);
    writeFileSync(join(folder, "train.sh"), 'exec python work.py "$TRAINING_JOB_NAME" "$SM_MODEL_DIR"\n');
    return execFileSync("tar", ["-cz", "-C", folder, "work.py", "train.sh"]);
  });
}

/** The files of an archive, by path. */
const unpacked = (archive: Buffer): ReadonlyMap<string, string> =>
  inFolder((folder) => {
    execFileSync("tar", ["-xz", "-C", folder], { input: archive });
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return new Map(
      files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), readFileSync(path, "latin1")];
      }),
    );
  });

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The objects whose keys begin with a prefix, by what follows it. */
async function objectsBelow(server: TestServer, Prefix: string): Promise<Map<string, Buffer>> {
  const { s3 } = clientsOf(server);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix });
  const objects = new Map<string, Buffer>();
  for (const { Key } of Contents) {
    const { Body } = await s3.getObject({ Bucket, Key });
    objects.set(Key!.slice(Prefix.length), Buffer.from(await Body!.transformToByteArray()));
  }
  return objects;
}
