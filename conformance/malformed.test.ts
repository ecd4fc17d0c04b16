import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ListModelsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectedHeapBytes } from "./heap.ts";
import { malformedKinds, malformedTable } from "./malformed.table.ts";
import { bucket } from "./malformed-drafts.ts";
import { rawRequest, sendRaw, type Target, targetOf } from "./raw-request.ts";
import { createTestServer } from "./server.ts";

let server: Awaited<ReturnType<typeof createTestServer>>;
let target: Target;
let startHeap: number;

beforeAll(async () => {
  // The inspector is how a test may ask another process to collect its garbage.
  server = await createTestServer({ environment: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } });
  await server.start();
  target = targetOf(server);
  const options = { ...server.clientOptions, region: "us-east-1" };
  await new S3Client(options).send(new CreateBucketCommand({ Bucket: bucket }));
  // A first call loads the schemas of its service, which are not to be measured.
  await new SageMakerClient(options).send(new ListModelsCommand());
  await new STSClient(options).send(new GetCallerIdentityCommand());
  await new IAMClient(options).send(new ListRolesCommand());
  await new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand());
  await sendRaw(target, await rawRequest(target, { path: "/endpoints/none/invocations", body: "1" }));
  startHeap = await collectedHeapBytes(server.output(), server.pid);
});
afterAll(() => server?.close());

test.each(malformedTable.map((row, index) => ({ ...row, number: index + 1 })))(
  "$number $kind: $status $code $text",
  async ({ draft, ends, status, code, text }) => {
    const answer = await sendRaw(target, await rawRequest(target, draft), ends);
    expect(answer).toMatchObject({ status, code });
    expect(decoded(answer.message)).toContain(text);
    expect(answer.text).not.toMatch(/^\s+at .*\.ts:\d+/m);
  },
);

const decoded = (text: string) => text.replaceAll("&apos;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

test("there are enough of each kind", () => {
  const counts = malformedKinds.map((kind) => ({
    kind,
    count: malformedTable.filter((row) => row.kind === kind).length,
  }));
  console.log(
    `${malformedTable.length} malformed requests:\n${counts.map(({ kind, count }) => `  ${count} ${kind}`).join("\n")}`,
  );
  expect(malformedTable.length).toBeGreaterThanOrEqual(200);
  for (const { count } of counts) expect(count).toBeGreaterThanOrEqual(15);
});

test("none of them changed anything", async () => {
  const options = { ...server.clientOptions, region: "us-east-1" };
  expect((await new S3Client(options).send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
  expect((await new SageMakerClient(options).send(new ListModelsCommand())).Models).toEqual([]);
  expect((await new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand())).logGroups).toEqual([]);
});

test("the server is the one that was started, said nothing, and its heap is where it was", async () => {
  const heap = await collectedHeapBytes(server.output(), server.pid);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  console.log(`Heap after garbage collection: ${megabytes(startHeap)} MB before, ${megabytes(heap)} MB after.`);
  expect(Math.abs(heap - startHeap)).toBeLessThan(20e6);
  expect(server.output()).not.toMatch(/Request .* failed|^\s+at /m);
});
