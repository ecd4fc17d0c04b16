import { expect, vi } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import type { TestServer } from "./server.ts";

/** Prints the key of the job's role, and stays. */
const tellsItsKey = [
  "import os,time,urllib.request as u",
  "e=os.environ",
  "r=u.Request(e['AWS_CONTAINER_CREDENTIALS_FULL_URI'],headers={'Authorization':e['AWS_CONTAINER_AUTHORIZATION_TOKEN']})",
  "print(u.urlopen(r).read().decode(),flush=True)",
  "time.sleep(600)",
].join(";");

/** Returns the key that the program of a processing job has of its role: nobody else has one. It lasts until the job is stopped. */
export async function keyOfJob(server: TestServer, name: string, role: string) {
  await clientsOf(server).sagemaker.createProcessingJob({
    ProcessingJobName: name,
    RoleArn: `arn:aws:iam::123456789012:role/${role}`,
    AppSpecification: {
      ImageUri: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
      ContainerEntrypoint: ["python3", "-c", tellsItsKey],
    },
    ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 } },
  });
  const told = await vi.waitUntil(
    async () =>
      (await linesOf(server, "/aws/sagemaker/ProcessingJobs", `${name}/`)).flat().find((line) => line.startsWith("{")),
    patience,
  );
  const { AccessKeyId, SecretAccessKey } = JSON.parse(told) as Readonly<Record<string, string>>;
  expect(AccessKeyId).toBeTypeOf("string");
  return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! };
}
