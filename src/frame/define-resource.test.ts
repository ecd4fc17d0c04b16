import { beforeEach, expect, it, vi } from "vitest";
import { Fault, validationFault } from "../aws/faults.ts";
import { createTestContext, type TestContext, testTime } from "../server/request/test-context.ts";
import { defineResource } from "./define-resource.ts";

/** An endpoint that runs nothing, to test what every declared resource does. */
const endpoint = defineResource({
  service: "sagemaker",
  kind: "endpoint",
  arn: "endpoint/{EndpointName}",
  tags: true,
  schema: 2,
  upgrade: {
    1: ({ wanted, actual }) => ({ wanted, actual: { ...(actual as object), note: "upgraded" } }),
  },
  statuses: {
    Creating: { final: false, refusesDelete: ({ name }) => validationFault(`${name} is still being made.`) },
    InService: { final: true },
  },
  missing: ({ arn }) => validationFault(`Could not find endpoint "${arn}".`),
  existing: ({ arn }) => validationFault(`Cannot create already existing endpoint "${arn}".`),
  create: {
    operation: "CreateEndpoint",
    async begin(input) {
      if (input.EndpointConfigName === "refused") throw validationFault("Refused.");
      return { status: input.EndpointConfigName === "slow" ? "Creating" : "InService", actual: { note: "new" } };
    },
    output: (arn) => ({ EndpointArn: arn }),
  },
  describe: {
    operation: "DescribeEndpoint",
    output: ({ wanted, actual, status, created, modified }, arn) => ({
      EndpointName: wanted.EndpointName,
      EndpointArn: arn,
      EndpointStatus: status as "InService",
      FailureReason: actual.note,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  list: {
    operation: "ListEndpoints",
    member: "Endpoints",
    descending: true,
    summary: ({ wanted, status, created, modified }, arn) => ({
      EndpointName: wanted.EndpointName,
      EndpointArn: arn,
      EndpointStatus: status as "InService",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  delete: { operation: "DeleteEndpoint" },
  operations: {
    async UpdateEndpoint({ EndpointName, EndpointConfigName }, context, endpoints) {
      await endpoints.update(context, EndpointName, ({ wanted }) => ({ wanted: { ...wanted, EndpointConfigName } }));
      return { EndpointArn: endpoints.arn(endpoints.keyOf(context, EndpointName)) };
    },
  },
});

let context: TestContext;
const create = (EndpointName: string, EndpointConfigName = "config") =>
  context.call("sagemaker", "CreateEndpoint", { EndpointName, EndpointConfigName });
const describe = (EndpointName: string) => context.call("sagemaker", "DescribeEndpoint", { EndpointName });
const names = async (input: Record<string, unknown> = {}) =>
  (await context.call("sagemaker", "ListEndpoints", input)).Endpoints!.map(({ EndpointName }) => EndpointName);

beforeEach(() => {
  context = createTestContext({ units: [endpoint] });
});

it("makes, shows, changes and removes a resource; its ARN is in lower case and its name as given", async () => {
  const EndpointArn = "arn:aws:sagemaker:us-west-2:123456789012:endpoint/my-endpoint";
  expect(await create("My-Endpoint")).toEqual({ EndpointArn });
  context.passTime(5000);
  expect(
    await context.call("sagemaker", "UpdateEndpoint", { EndpointName: "my-endpoint", EndpointConfigName: "b" }),
  ).toEqual({
    EndpointArn,
  });
  expect(await describe("MY-ENDPOINT")).toMatchObject({
    EndpointName: "My-Endpoint",
    EndpointArn,
    EndpointStatus: "InService",
    CreationTime: new Date(testTime),
    LastModifiedTime: new Date(testTime + 5000),
  });
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName: "My-Endpoint" });
  await expect(describe("My-Endpoint")).rejects.toThrow(`Could not find endpoint "${EndpointArn}".`);
  await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName: "My-Endpoint" })).rejects.toThrow(
    "Could not find",
  );
});

it("finds nothing by an ARN of another region", async () => {
  const { EndpointArn } = await create("a");
  const there = context.at({ region: "eu-west-1" });
  for (const operation of ["DescribeEndpoint", "DeleteEndpoint"] as const)
    await expect(there.call("sagemaker", operation, { EndpointName: EndpointArn! })).rejects.toThrow("Could not find");
  expect(await describe(EndpointArn!)).toMatchObject({ EndpointName: "a" });
});

it("refuses an existing name, whatever its case, and writes nothing when begin refuses", async () => {
  await create("a");
  await expect(create("A")).rejects.toThrow("Cannot create already existing endpoint");
  await expect(create("A", "refused")).rejects.toThrow("Cannot create already existing endpoint");
  await expect(create("b", "refused")).rejects.toThrow(Fault);
  expect(await names()).toEqual(["a"]);
});

it.each([
  [[{ Key: "aws:origin", Value: "" }], 'Tag key "aws:origin" is refused'],
  [
    [
      { Key: "team", Value: "a" },
      { Key: "team", Value: "b" },
    ],
    'Tag key "team" is given twice',
  ],
])("refuses the tags %j", async (Tags, reason) => {
  const input = { EndpointName: "a", EndpointConfigName: "config", Tags };
  await expect(context.call("sagemaker", "CreateEndpoint", input)).rejects.toThrow(reason);
  expect(await names()).toEqual([]);
});

it("when several create the same name at once, one succeeds", async () => {
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => create("same")));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

it("keeps all of several changes made at once", async () => {
  await create("counted", "0");
  await Promise.all(
    Array.from({ length: 10 }, () =>
      endpoint.update(context, "counted", ({ wanted }) => ({
        wanted: { ...wanted, EndpointConfigName: String(Number(wanted.EndpointConfigName) + 1) },
      })),
    ),
  );
  expect((await endpoint.get(context, "counted")).wanted.EndpointConfigName).toBe("10");
});

it("refuses to delete in a status that says so", async () => {
  await create("a", "slow");
  await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName: "a" })).rejects.toThrow(
    "a is still being made.",
  );
});

it("lists by page, in order, filtered, and counts MaxResults after the filters", async () => {
  for (let i = 0; i < 12; i++) {
    await create(`e-${i}`);
    context.passTime(1000);
  }
  expect(await names()).toEqual(["e-11", "e-10", "e-9", "e-8", "e-7", "e-6", "e-5", "e-4", "e-3", "e-2"]);
  expect(await names({ SortBy: "Name", SortOrder: "Ascending", MaxResults: 3 })).toEqual(["e-0", "e-1", "e-10"]);
  const after = { CreationTimeAfter: new Date(testTime + 3000), CreationTimeBefore: new Date(testTime + 6000) };
  expect(await names(after)).toEqual(["e-5", "e-4"]);
  const walked: (string | undefined)[] = [];
  let NextToken = "" as string | undefined;
  do {
    const page = await context.call("sagemaker", "ListEndpoints", { MaxResults: 5, NextToken });
    walked.push(...page.Endpoints!.map(({ EndpointName }) => EndpointName));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(walked).toEqual(Array.from({ length: 12 }, (_, i) => `e-${11 - i}`));
  await expect(context.call("sagemaker", "ListEndpoints", { NextToken: "made up" })).rejects.toThrow(
    "Invalid pagination token",
  );
});

it("a filter that only this kind has fills its pages too", async () => {
  for (let i = 0; i < 12; i++) await create(`e-${i}`, i % 2 === 0 ? "even" : "odd");
  expect(await names({ NameContains: "E-", MaxResults: 4 })).toEqual(["e-11", "e-10", "e-9", "e-8"]);
});

it("reads a document of an older shape in today's", async () => {
  await create("old");
  const document = (await context.resources.get(endpoint.keyOf(context, "old")))!;
  await context.resources.write([{ put: { ...document, schema: 1, actual: {} }, expected: document.version }]);
  expect(await describe("old")).toMatchObject({ FailureReason: "upgraded" });
});

const waiterDescribes = () =>
  endpoint.operations.DescribeEndpoint!(
    { EndpointName: "a" },
    { ...context, headers: { "user-agent": "Boto3/1.44.5 m/B,E cfg/retry-mode#legacy" } },
  );

it("holds the Describe of a waiter, and of no other client, until the status is final", async () => {
  context = { ...createTestContext({ units: [endpoint], settings: { holdWaiters: "on" } }) };
  await create("a", "slow");
  expect(await describe("a")).toMatchObject({ EndpointStatus: "Creating" });
  const waiting = waiterDescribes();
  await endpoint.update(context, "a", () => ({ status: "InService" }));
  expect(await waiting).toMatchObject({ EndpointStatus: "InService" });
});

it("holds a waiter for twenty seconds at most, and none when the setting is off", async () => {
  await create("a", "slow");
  expect(await waiterDescribes()).toMatchObject({ EndpointStatus: "Creating" });

  context = createTestContext({ units: [endpoint], settings: { holdWaiters: "on" } });
  await create("a", "slow");
  const enough = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(enough.signal);
  try {
    let answered = false;
    const waiting = waiterDescribes().finally(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    expect(timeout).toHaveBeenCalledExactlyOnceWith(20_000);
    enough.abort();
    expect(await waiting).toMatchObject({ EndpointStatus: "Creating" });
  } finally {
    timeout.mockRestore();
  }
});
