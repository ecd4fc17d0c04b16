import type { ProcessingInput } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { clientsOf, linesOf } from "../../clients.ts";
import { scriptEnvironments } from "../../script-environments.ts";
import { useServer } from "../../server.ts";
import { canRun, launchOf } from "./open-spark.ts";

const { home, java } = canRun ? launchOf() : { home: "", java: "" };
const server = useServer({
  environment: {
    ...scriptEnvironments,
    ...{ SAGEBRUSH_SPARK_HOME: home, SAGEBRUSH_SPARK_JAVA: java, SAGEBRUSH_SPARK_MASTER: "local[2]" },
  },
});

const node = (id: string, type: string, operator: string, parameters: object, ...inputs: readonly string[]) => ({
  ...{ node_id: id, type, operator: `sagemaker.${operator}_0.1`, parameters, outputs: [{ name: "default" }] },
  inputs: inputs.map((from) => ({ name: "df", node_id: from, output_name: "default" })),
});
const source = { s3Uri: "s3://prepared/rides.csv", s3ContentType: "csv", s3HasHeader: true };
const pad = { input_column: "id", width: 4, fill_character: "0" };
const flow = {
  metadata: { version: 1 },
  nodes: [
    node("source", "SOURCE", "s3_source", { dataset_definition: { name: "rides", s3ExecutionContext: source } }),
    node("types", "TRANSFORM", "spark.infer_and_cast_type", {}, "source"),
    node("padded", "TRANSFORM", "spark.format_string", { operator: "Left pad", left_pad_parameters: pad }, "types"),
    node("coded", "TRANSFORM", "spark.custom_pandas", { code: "df['cents'] = df['fare'] * 100" }, "padded"),
  ],
};

test.runIf(canRun)("a job whose flow is to run on Spark does, in its sandbox", { timeout: 600_000 }, async () => {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket: "prepared" });
  await s3.putObject({ Bucket: "prepared", Key: "rides.csv", Body: "id,fare\n1,1.5\n2,2.25\n" });
  await s3.putObject({ Bucket: "prepared", Key: "x.flow", Body: JSON.stringify(flow) });
  const input = (InputName: string, key: string): ProcessingInput => ({
    InputName,
    S3Input: {
      ...{ S3Uri: `s3://prepared/${key}`, LocalPath: `/opt/ml/processing/${InputName}` },
      ...{ S3DataType: "S3Prefix" as const, S3InputMode: "File" as const },
    },
  });
  const start = (ProcessingJobName: string, engine: string) =>
    sagemaker.createProcessingJob({
      ...{ ProcessingJobName, RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole" },
      AppSpecification: {
        ImageUri: "174368400705.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-wrangler-container:5.x",
      },
      Environment: { SAGEBRUSH_PREP_ENGINE: engine },
      ProcessingInputs: [input("flow", "x.flow"), input("rides", "rides.csv")],
      ProcessingOutputConfig: {
        Outputs: [
          {
            OutputName: "coded.default",
            S3Output: {
              ...{ S3Uri: "s3://prepared/out", LocalPath: "/opt/ml/processing/output" },
              S3UploadMode: "EndOfJob",
            },
          },
        ],
      },
      ProcessingResources: { ClusterConfig: { InstanceCount: 2, InstanceType: "ml.t3.medium", VolumeSizeInGB: 5 } },
    });
  await expect(start("none", "polars")).rejects.toThrow('is "polars"; give one of duckdb, spark');
  await start("on-spark", "spark");
  for (;;) {
    const job = await sagemaker.describeProcessingJob({ ProcessingJobName: "on-spark" });
    if (job.ProcessingJobStatus === "InProgress") continue;
    expect([job.ProcessingJobStatus, job.ExitMessage, job.FailureReason]).toEqual(["Completed", undefined, undefined]);
    break;
  }
  const { Body } = await s3.getObject({ Bucket: "prepared", Key: "out/on-spark/coded/default/part-00000_0.csv" });
  expect(await Body!.transformToString()).toBe("id,fare,cents\n0001,1.5,150.0\n0002,2.25,225.0\n");
  const lines = (await linesOf(server, "/aws/sagemaker/ProcessingJobs", "on-spark")).flat();
  expect(lines).toContain("The flow runs on Spark, local[2].");
});
