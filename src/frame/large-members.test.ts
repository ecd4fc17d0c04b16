import { beforeEach, expect, test } from "vitest";
import { createTestContext, type TestContext, testTime } from "../server/request/test-context.ts";
import { useObjectStore } from "../stores/objects/object-store.fixture.ts";
import type { ObjectStore } from "../stores/objects/port.ts";
import { bodySweep } from "./body-sweep.ts";
import { bodyLabel } from "./define-kind.ts";
import { defineResource } from "./define-resource.ts";
import { bodyBucket, inlineBodies, outlineBodies } from "./large-members.ts";
import { refusals } from "./refusals.fixture.ts";

const job = defineResource({
  service: "sagemaker",
  kind: "processing-job",
  arn: "processing-job/{ProcessingJobName}",
  large: ["Environment", "AppSpecification"],
  ...refusals,
  create: {
    operation: "CreateProcessingJob",
    async begin() {
      return { actual: {} };
    },
    output: (ProcessingJobArn) => ({ ProcessingJobArn }),
  },
  describe: {
    operation: "DescribeProcessingJob",
    output: ({ wanted, created }, ProcessingJobArn) => ({
      ProcessingJobName: wanted.ProcessingJobName,
      ProcessingJobArn,
      ProcessingJobStatus: "InProgress" as const,
      ProcessingResources: wanted.ProcessingResources,
      AppSpecification: wanted.AppSpecification,
      Environment: wanted.Environment,
      CreationTime: new Date(created),
    }),
  },
  delete: { operation: "DeleteProcessingJob" },
});

test("a list's summary is typed without the large members, which may be references there", () => {
  const list = {
    operation: "ListProcessingJobs",
    member: "ProcessingJobSummaries",
    descending: true,
  } as const;
  const shown = { ProcessingJobStatus: "InProgress", CreationTime: new Date(0), ProcessingJobName: "n" } as const;
  const { operations } = defineResource({
    ...job.definition,
    service: "sagemaker",
    large: ["Environment"],
    ...refusals,
    create: {
      operation: "CreateProcessingJob",
      begin: async () => ({ actual: {} }),
      output: (ProcessingJobArn) => ({ ProcessingJobArn }),
    },
    list: {
      ...list,
      summary: ({ wanted }, ProcessingJobArn) => ({
        ...shown,
        ProcessingJobArn,
        FailureReason: wanted.AppSpecification.ImageUri,
        // @ts-expect-error a large member
        ExitMessage: wanted.Environment?.KEY,
      }),
    },
  });
  expect(Object.keys(operations)).toContain("ListProcessingJobs");
});

const hour = 3_600_000;
const openStore = useObjectStore();
let objects: ObjectStore;
let context: TestContext;

beforeEach(() => {
  let now = () => testTime;
  objects = openStore({ now: () => now() });
  context = createTestContext({ units: [job], objects });
  now = () => context.clock.now();
});

const large = (letter: string) => ({ TEXT: letter.repeat(70_000) });
const create = (ProcessingJobName: string, Environment: Record<string, string>, at: Partial<TestContext> = {}) =>
  job.operations.CreateProcessingJob!(
    {
      ProcessingJobName,
      Environment,
      AppSpecification: { ImageUri: "image" },
      ProcessingResources: {
        ClusterConfig: { InstanceType: "ml.m5.large" as const, InstanceCount: 1, VolumeSizeInGB: 1 },
      },
      RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    },
    { ...context, ...at },
  );
const describe = (ProcessingJobName: string) =>
  context.call("sagemaker", "DescribeProcessingJob", { ProcessingJobName });
const remove = (ProcessingJobName: string) => context.call("sagemaker", "DeleteProcessingJob", { ProcessingJobName });
const sweep = (at: Partial<TestContext> = {}) => bodySweep.run({ ...context, ...at }, new AbortController().signal);
const bodies = async () => (await objects.list(bodyBucket, { limit: 1_000 })).objects.map(({ key }) => key);

test("a large member is kept by its hash, once for all that have it, and Describe gives it back whole", async () => {
  const environment = { A: "é".repeat(40_000), B: "\u2028", C: "" };
  await create("one", environment);
  await create("two", environment);
  await create("other", large("x"));
  expect(await bodies()).toHaveLength(2);
  expect((await describe("one")).Environment).toEqual(environment);
  expect((await describe("two")).Environment).toEqual(environment);
  const kept = (await context.resources.get(job.keyOf(context, "one")))!;
  expect(JSON.stringify(kept).length).toBeLessThan(1_500);
  expect([kept.labels?.[bodyLabel]].flat()).toHaveLength(1);
  // A write of something else names the same body.
  await job.update(context, "one", () => ({ status: "Completed" }));
  expect((await describe("one")).Environment).toEqual(environment);
  expect(await bodies()).toHaveLength(2);
});

test("64 KiB of JSON stay in the document, one byte more does not", async () => {
  const inJson = (bytes: number) => ({ T: "x".repeat(bytes - '{"T":""}'.length) });
  await create("within", inJson(65_536));
  expect(await bodies()).toEqual([]);
  await create("beyond", inJson(65_537));
  expect(await bodies()).toHaveLength(1);
  expect((await describe("beyond")).Environment).toEqual(inJson(65_537));
});

test("a user's value that looks like a reference is given back as it is, and opens no body", async () => {
  await create("one", large("x"));
  const [hash] = await bodies();
  await create("two", { $body: hash! });
  expect((await describe("two")).Environment).toEqual({ $body: hash });
  await job.update(context, "one", ({ wanted }) => ({ wanted: { ...wanted, Environment: { $body: hash! } } }));
  expect((await describe("one")).Environment).toEqual({ $body: hash });
});

test("a reference beside a large member is no body either", async () => {
  const { wanted, hashes } = await outlineBodies(context, { first: large("x"), second: { $body: "" } }, ["first"]);
  const forged = { ...wanted, second: { $body: hashes[0]! } };
  const whole = await inlineBodies(objects, forged, ["first"], hashes);
  expect(whole).toEqual({ first: large("x"), second: { $body: hashes[0] } });
});

test("a document that is too large beside its bodies is refused with its size", async () => {
  const written = create(
    "huge",
    {},
    {
      resources: {
        ...context.resources,
        write: (changes, options) =>
          context.resources.write(
            changes.map((change) =>
              "put" in change ? { ...change, put: { ...change.put, actual: { text: "x".repeat(1 << 20) } } } : change,
            ),
            options,
          ),
      },
    },
  );
  await expect(written).rejects.toMatchObject({
    code: "ValidationException",
    message: expect.stringMatching(
      /^The document of sagemaker\/processing-job huge has 1048\d{3} bytes; at most 1048576 are allowed\.$/,
    ),
  });
  await expect(describe("huge")).rejects.toThrow("Could not find");
});

test("the sweep removes bodies that no document names, an hour after they came", async () => {
  await create("kept", large("k"));
  await create("gone", large("g"));
  await create("both", large("b"));
  await create("shared", large("b"));
  expect(await bodies()).toHaveLength(4 - 1);
  await remove("gone");
  await remove("both");
  context.passTime(hour - 1);
  await sweep();
  expect(await bodies()).toHaveLength(3);
  context.passTime(1);
  await sweep();
  expect(await bodies()).toHaveLength(2);
  for (const name of ["kept", "shared"])
    expect((await describe(name)).Environment).toEqual(large(name === "kept" ? "k" : "b"));
});

test("the sweep goes on after a page of bodies that are all named", async () => {
  await create("kept", large("k"));
  await create("gone", large("g"));
  await remove("gone");
  context.passTime(hour);
  const onePage = {
    ...objects,
    list: (bucket: string, query: { after?: string }) => objects.list(bucket, { ...query, limit: 1 }),
  };
  await sweep({ objects: onePage });
  expect(await bodies()).toHaveLength(1);
  expect((await describe("kept")).Environment).toEqual(large("k"));
});

/** An old body that no document names: what a create may find there, and the sweep may be about to remove. */
async function oldBody(): Promise<void> {
  await create("before", large("r"));
  await remove("before");
  context.passTime(2 * hour);
}

test.each<[when: string, create: () => Promise<unknown>]>([
  [
    "after it has seen that the body is there",
    () =>
      create("racing", large("r"), {
        objects: {
          ...objects,
          async head(key) {
            const found = await objects.head(key);
            await sweep();
            return found;
          },
        },
      }),
  ],
  [
    "when it has put the body again and its document is still to be written",
    () =>
      create("racing", large("r"), {
        resources: {
          ...context.resources,
          async write(changes, options) {
            context.passTime(hour / 2);
            await sweep();
            return context.resources.write(changes, options);
          },
        },
      }),
  ],
  [
    "that has looked for documents before it, and removes bodies after it",
    async () => {
      let made = false;
      await sweep({
        resources: {
          ...context.resources,
          async list(kind, query) {
            const page = await context.resources.list(kind, query);
            if (!made) await create("racing", large("r"));
            made = true;
            return page;
          },
        },
      });
      expect(made).toBe(true);
    },
  ],
])("a create that names an old body keeps it from a sweep %s", async (_, make) => {
  await oldBody();
  await make();
  expect((await describe("racing")).Environment).toEqual(large("r"));
  context.passTime(2 * hour);
  await sweep();
  expect((await describe("racing")).Environment).toEqual(large("r"));
});
