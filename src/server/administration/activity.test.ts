import { beforeEach, expect, it } from "vitest";
import { defineKind } from "../../frame/define-kind.ts";
import type { OperationsUnit } from "../../frame/define-operations.ts";
import { trainingJob } from "../../services/sagemaker/training/training-job.ts";
import { createTestContext, type TestContext, testTime } from "../request/test-context.ts";
import { activityOf } from "./activity.ts";

const statuses = { Going: { final: false }, Ready: { final: true }, Ended: { final: true, tone: "bad" } } as const;
const app = defineKind<{ AppName: string }, { step?: string; why?: string }, keyof typeof statuses>({
  ...{ service: "sagemaker", kind: "app", arn: "app/{DomainId}/{AppName}", title: "App", statuses },
  running: ["Going", "Ready"],
  shownStatus: ({ status, actual }) => actual.step ?? status!,
  shownReason: ({ actual }) => actual.why,
});
const crawler = defineKind<object, object, keyof typeof statuses>({
  ...{ service: "glue", kind: "crawler", arn: "crawler/{Name}", scope: "account", exactCase: true, statuses },
  running: ["Going"],
});
const silent = defineKind({ service: "glue", kind: "table", arn: "table/{Name}" });
const kinds = [app, crawler, silent];

let context: TestContext;
beforeEach(() => {
  context = createTestContext({
    units: kinds.map((kind) => ({ ...kind, operations: {} })) as unknown as OperationsUnit[],
  });
});

const activity = () => activityOf(context, context.account);

async function put(kind: typeof app | typeof crawler, names: Record<string, string>, status: string, actual = {}) {
  context.passTime(1000);
  const now = context.clock.now();
  const document = {
    ...{ key: kind.key(context, names), id: context.ids.ulid(), status, created: now, modified: now },
    ...{ wanted: names as { AppName: string }, actual },
  };
  await context.resources.write([await (kind as typeof app).put(context, document)]);
}

it("shows every kind that declares it, the newest first, by the names and statuses that the kind gives", async () => {
  await put(app, { DomainId: "d-1", AppName: "Lab" }, "Ready");
  await put(crawler, { Name: "Nightly" }, "Going");
  await put(crawler, { Name: "done" }, "Ready");
  await put(app, { DomainId: "d-1", AppName: "two" }, "Going", { step: "Downloading" });
  await put(app, { DomainId: "d-1", AppName: "old" }, "Ended");
  await put(app, { DomainId: "d-1", AppName: "Broken" }, "Ended", { why: "no disk" });
  const place = { region: "us-west-2", reason: undefined };
  const [apps, crawlers] = [
    { what: "App", ...place },
    { what: "crawler", ...place, region: undefined },
  ];
  expect(await activity()).toEqual({
    running: [
      { ...apps, name: "d-1/two", status: "Downloading", since: new Date(testTime + 4000) },
      { ...crawlers, name: "Nightly", status: "Going", since: new Date(testTime + 2000) },
      { ...apps, name: "d-1/Lab", status: "Ready", since: new Date(testTime + 1000) },
    ],
    ended: [
      {
        ...apps,
        name: "d-1/Broken",
        status: "Ended",
        tone: "bad",
        reason: "no disk",
        since: new Date(testTime + 6000),
      },
      { ...apps, name: "d-1/old", status: "Ended", tone: "bad", since: new Date(testTime + 5000) },
      { ...crawlers, name: "done", status: "Ready", since: new Date(testTime + 3000) },
    ],
  });
  const abroad = context.at({ region: "eu-west-1" });
  await abroad.resources.write([
    await app.put(abroad, {
      ...{ key: app.key(abroad, { DomainId: "d-2", AppName: "far" }), id: "2", status: "Going" },
      ...{ created: testTime + 9000, modified: testTime + 9000, wanted: { AppName: "far" }, actual: {} },
    }),
  ]);
  expect((await activity()).running[0]).toMatchObject({ name: "d-2/far", region: "eu-west-1" });
});

it("asks twice for each of them, for the newest twenty", async () => {
  for (let number = 0; number < 25; number++) await put(crawler, { Name: `c-${number}` }, "Going");
  const asked: string[] = [];
  const resources = {
    ...context.resources,
    list: (kind: string, query: Parameters<typeof context.resources.list>[1]) => {
      asked.push(kind);
      return context.resources.list(kind, query);
    },
  };
  const found = await activityOf({ ...context, resources }, context.account);
  expect(found.running.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, index) => `c-${24 - index}`));
  expect(asked.sort()).toEqual(["glue/crawler", "glue/crawler", "sagemaker/app", "sagemaker/app"]);
});

it("shows a training job by its secondary status", () => {
  const key = trainingJob.key(context, { TrainingJobName: "job" });
  const transitions = [{ Status: "Downloading", StartTime: testTime, StatusMessage: "" }];
  const times = { created: testTime, modified: testTime };
  const document = { key, id: "1", version: 1, schema: 3, status: "InProgress", ...times, wanted: {} };
  expect(trainingJob.shownStatus({ ...document, actual: { transitions } })).toBe("Downloading");
});
