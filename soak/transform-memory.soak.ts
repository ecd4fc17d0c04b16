import { setTimeout as pause } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { putArchive, treeModel } from "../conformance/model-archive.ts";
import { createTestServer, region } from "../conformance/server.ts";
import { role, xgboost } from "../conformance/xgboost-job.ts";
import { defineSoak } from "./define-soak.ts";
import { runMegabytes } from "./run-memory.ts";

const Bucket = "soak-transform";
/** What is asked of a job of any size. */
const mostMegabytes = 500;
/** A part of the input; S3 copies it as often as it takes. */
const partMegabytes = 10;
const line = "0.9,1.25,-3.5,0.0001,17,42,0.5,0.25\n";

/** One object of so many MB, without sending it. */
async function makeInput(s3: S3, size: number): Promise<number> {
  const lines = Math.floor((partMegabytes * 1e6) / line.length);
  await s3.putObject({ Bucket, Key: "part.csv", Body: Buffer.from(line.repeat(lines)) });
  const object = { Bucket, Key: "in/rows.csv" };
  const { UploadId } = await s3.createMultipartUpload(object);
  const count = Math.max(1, Math.round(size / partMegabytes));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let PartNumber = 1; PartNumber <= count; PartNumber++) {
    const copied = await s3.uploadPartCopy({ ...object, UploadId, PartNumber, CopySource: `${Bucket}/part.csv` });
    Parts.push({ PartNumber, ETag: copied.CopyPartResult!.ETag });
  }
  await s3.completeMultipartUpload({ ...object, UploadId, MultipartUpload: { Parts } });
  return count * lines;
}

export const soak = defineSoak({
  words:
    "a transform of an object of any size takes no more memory than of a small one, and has a line for each of its lines",
  unit: "MB",
  sizes: { full: 20_000, short: 40 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
      const sagemaker = new SageMaker(server.clientOptions);
      await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
      const ModelDataUrl = await putArchive(server, Bucket, "model.tar.gz", {
        "xgboost-model": treeModel(0.5, 10, 20),
      });
      const PrimaryContainer = { Image: xgboost, ModelDataUrl };
      await sagemaker.createModel({ ModelName: "trees", ExecutionRoleArn: role, PrimaryContainer });
      const rows = await makeInput(s3, size);
      const TransformJobName = "soak";
      const begun = performance.now();
      await sagemaker.createTransformJob({
        TransformJobName,
        ModelName: "trees",
        TransformInput: {
          DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/in/` } },
          ContentType: "text/csv",
          SplitType: "Line",
        },
        TransformOutput: { S3OutputPath: `s3://${Bucket}/out`, AssembleWith: "Line" },
        TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
        DataProcessing: { InputFilter: "$[0,1]" },
      });
      let peak = 0;
      for (;;) {
        const { TransformJobStatus, FailureReason } = await sagemaker.describeTransformJob({ TransformJobName });
        if (TransformJobStatus === "Completed") break;
        if (TransformJobStatus !== "InProgress") throw new Error(`${TransformJobStatus}: ${FailureReason}`);
        peak = Math.max(peak, runMegabytes(server.home));
        await pause(200);
      }
      const seconds = (performance.now() - begun) / 1e3;
      if (peak > mostMegabytes)
        throw new Error(`The job took ${peak.toFixed(0)} MB, of ${mostMegabytes} that are allowed`);
      const { ContentLength } = await s3.headObject({ Bucket, Key: "out/rows.csv.out" });
      const answer = "20.0\n".length;
      if (ContentLength !== rows * answer)
        throw new Error(`The output has ${ContentLength} bytes, and not ${answer} for each of ${rows} rows`);
      return `${rows} rows in ${seconds.toFixed(0)} s with ${peak.toFixed(0)} MB`;
    } finally {
      await server.close();
    }
  },
});
