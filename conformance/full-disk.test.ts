import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { clientsOf, linesOf } from "./clients.ts";
import { killedEndpoint } from "./killed-endpoint.ts";
import { killedProcessingJob } from "./killed-processing-job.ts";
import { killedTrainingJob, trainWithoutEnd } from "./killed-training-job.ts";
import { Bucket, basePython, endOf, input, processingJob, uploadTexts } from "./processing-jobs.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { createTestServer, region } from "./server.ts";
import { mountSmallDisk } from "./small-disk.ts";
import { role } from "./xgboost-job.ts";

const patience = { timeout: 60_000, interval: 100 };

test("a full disk can be emptied: what frees room works, what takes room is refused, and the log says so once", async (context) => {
  const disk = mountSmallDisk(160);
  if (!disk) return context.skip("a small disk cannot be mounted here: this takes root on Linux");
  const home = join(disk.path, "home");
  mkdirSync(home, { mode: 0o700 });
  const server = await createTestServer({ home, environment: scriptEnvironments });
  try {
    await server.start();
    await killedTrainingJob.prepare(server);
    await killedProcessingJob.prepare(server);
    await killedEndpoint.prepare(server);
    await killedEndpoint.before!(server, "serves", "endpoint:before-removed");
    await trainWithoutEnd(server, "trains");
    await killedProcessingJob.createWithoutEnd(server, "works");
    const worked = async () => (await linesOf(server, killedProcessingJob.logGroup, "works/")).flat().includes("[3]");
    await expect.poll(worked, patience).toBe(true);
    const options = { ...server.clientOptions, maxAttempts: 1 };
    const [s3, sagemaker] = [new S3({ ...options, forcePathStyle: true }), new SageMaker(options)];
    await s3.createBucket({ Bucket: "kept", CreateBucketConfiguration: { LocationConstraint: region } });
    const put = (Key: string, Body = Buffer.alloc(4 << 20)) => s3.putObject({ Bucket: "kept", Key, Body });
    const refused = { name: "ServiceUnavailable", message: expect.stringMatching(/disk that holds .* is full/) };
    const fill = async () => {
      for (let key = 0; ; key++) if (key !== 1) await put(`${key}`);
    };
    const steps = async () =>
      (await sagemaker.describeTrainingJob({ TrainingJobName: "trains" })).SecondaryStatusTransitions!.length;
    await expect.poll(steps, patience).toBeGreaterThan(2);
    await put("1");
    await s3.putObjectTagging({ Bucket: "kept", Key: "1", Tagging: { TagSet: [{ Key: "a", Value: "bc" }] } });
    await expect(fill()).rejects.toMatchObject(refused);
    disk.fill();
    await expect(put("more", Buffer.from("a few bytes"))).rejects.toMatchObject(refused);
    const tagged = { Bucket: "kept", Key: "1" };
    const tags = (Value: string) => s3.putObjectTagging({ ...tagged, Tagging: { TagSet: [{ Key: "a", Value }] } });
    await expect(tags("longer than before")).rejects.toMatchObject(refused);
    await tags("c");
    await s3.deleteObjectTagging(tagged);
    expect((await s3.getObjectTagging(tagged)).TagSet).toEqual([]);
    disk.fill();

    await sagemaker.stopTrainingJob({ TrainingJobName: "trains" });
    await expect.poll(async () => (await killedTrainingJob.look(server, "trains")).status, patience).toBe("Stopped");
    await killedProcessingJob.stop(server, "works");
    await expect.poll(async () => (await killedProcessingJob.look(server, "works")).status, patience).toBe("Stopped");
    await sagemaker.deleteEndpoint({ EndpointName: "serves" });
    const endpoints = async () => (await sagemaker.listEndpoints({})).Endpoints!.length;
    await expect.poll(endpoints, patience).toBe(0);
    disk.fill();
    await s3.deleteObject({ Bucket: "kept", Key: "0" });
    await expect(s3.headObject({ Bucket: "kept", Key: "0" })).rejects.toMatchObject({ name: "NotFound" });
    disk.fill();
    expect(server.output().match(/is full/g)).toHaveLength(1);
    expect(server.output()).not.toMatch(/^\s+at /m);

    // The server that ended on the full disk is followed by one that can still be emptied.
    await server.kill();
    await server.start();
    expect(await server.sagebrush("reset", "--yes")).toMatchObject({ code: 0 });
    const again = new S3({ ...server.clientOptions, maxAttempts: 1, forcePathStyle: true });
    await expect(again.headBucket({ Bucket: "kept" })).rejects.toMatchObject({ name: "NotFound" });
    disk.empty();
    // The files of what was reset are removed after the answer.
    const made = () =>
      again
        .createBucket({ Bucket: "new", CreateBucketConfiguration: { LocationConstraint: region } })
        .then(String, ({ name }) => name);
    await expect.poll(made, patience).not.toBe("ServiceUnavailable");
    await again.putObject({ Bucket: "new", Key: "k", Body: Buffer.alloc(1 << 20) });
    expect(server.output()).toContain("has room again");
  } finally {
    await server.close().finally(disk.remove);
  }
});

test("a job that finds the disk full fails in AWS's words, whatever it was doing", async (context) => {
  const disk = mountSmallDisk(200);
  if (!disk) return context.skip("a small disk cannot be mounted here: this takes root on Linux");
  const home = join(disk.path, "home");
  mkdirSync(home, { mode: 0o700 });
  const server = await createTestServer({ home, environment: scriptEnvironments });
  try {
    await server.start();
    await uploadTexts(server);
    const { s3, sagemaker } = clientsOf(server);
    const reasonOf = async (name: string, shell: string, inputs = [input("data", "data/")]) => {
      await sagemaker.createProcessingJob(processingJob(name, shell, { ProcessingInputs: inputs }));
      return (await endOf(server, name)).FailureReason;
    };
    const full = "(Insufficient disk space: the disk that holds the job's files was full.), exit code: 7";
    expect(await reasonOf("writes", "cat /dev/zero > /tmp/zeros || exit 7")).toBe(`AlgorithmError: ${full}`);
    // Of the object there is room for one.
    await s3.putObject({ Bucket, Key: "large/object", Body: Buffer.alloc(100 << 20) });
    expect(await reasonOf("downloads", "true", [input("data", "large/")])).toMatch(
      /^ClientError: Failed to download data\. Insufficient disk space: s3:\/\/processed\/large\/ \(object\)/,
    );
    await s3.deleteObject({ Bucket, Key: "large/object" });

    const command = "head -c 100000000 /dev/urandom > /opt/ml/model/weights";
    await sagemaker.createTrainingJob({
      TrainingJobName: "packs",
      RoleArn: role,
      AlgorithmSpecification: {
        ...{ TrainingImage: basePython, TrainingInputMode: "File" },
        ContainerEntrypoint: ["/bin/sh", "-ec", command],
      },
      OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
      ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
    });
    const job = () => sagemaker.describeTrainingJob({ TrainingJobName: "packs" });
    await expect.poll(async () => (await job()).TrainingJobStatus, patience).toBe("Failed");
    expect((await job()).FailureReason).toBe("ClientError: Artifact upload failed: Insufficient disk space");
  } finally {
    await server.close().finally(disk.remove);
  }
});

test("a server that starts on a disk that became full without it takes the room of its reserve", async (context) => {
  const disk = mountSmallDisk(80);
  if (!disk) return context.skip("a small disk cannot be mounted here: this takes root on Linux");
  const home = join(disk.path, "home");
  mkdirSync(home, { mode: 0o700 });
  const server = await createTestServer({ home });
  const options = () => ({ ...server.clientOptions, maxAttempts: 1, forcePathStyle: true });
  const reserveBytes = () => statSync(join(home, "reserve")).size;
  try {
    await server.start();
    await new S3(options()).createBucket({ Bucket: "kept", CreateBucketConfiguration: { LocationConstraint: region } });
    expect(await server.sagebrush("stop")).toMatchObject({ code: 0 });
    disk.fill();
    expect(reserveBytes()).toBe(16 << 20);
    await server.start();
    expect(reserveBytes()).toBeGreaterThan(8 << 20);
    expect(await server.sagebrush("start")).toMatchObject({ code: 3 });
    expect(await server.sagebrush("reset", "--yes")).toMatchObject({ code: 0 });
    await expect(new S3(options()).headBucket({ Bucket: "kept" })).rejects.toMatchObject({ name: "NotFound" });
  } finally {
    await server.close().finally(disk.remove);
  }
});
