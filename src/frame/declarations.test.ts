import { expect, onTestFinished, test } from "vitest";
import type { Executors } from "../executors/port.ts";
import { createReconcileEngine } from "../server/reconcile/reconcile.ts";
import { createManualTimer } from "../server/reconcile/test-timer.ts";
import { createTestContext, testTime } from "../server/request/test-context.ts";
import {
  app,
  association,
  domain,
  image,
  imageVersion,
  modelPackage,
  modelPackageGroup,
  pipeline,
  pipelineExecution,
  place,
} from "./awkward-names.fixture.ts";
import { childRequest, monitoringSchedule, scheduler, trainingJob, tuner, tuningJob } from "./awkward-work.fixture.ts";
import type { ReconcilerUnit } from "./define-reconciler.ts";
import { databrewRecipe, glueDatabase, gluePartition, glueTable, sqsQueue } from "./other-services.fixture.ts";

// What the awkward kinds of the fixtures beside this file are and do once they are declared.
const sagemakerArn = "arn:aws:sagemaker:us-west-2:123456789012:";

test.each([
  [pipelineExecution, `${sagemakerArn}pipeline/p/execution/e`, "p\u001fe"],
  [modelPackage, `${sagemakerArn}model-package/alone`, "alone"],
  [modelPackage, `${sagemakerArn}model-package/group/7`, "group\u001f7"],
  [domain, `${sagemakerArn}domain/d-1`, "d-1"],
  [app, `${sagemakerArn}app/d-1/ann/jupyterlab/default`, "d-1\u001fann\u001fjupyterlab\u001fdefault"],
  [imageVersion, `${sagemakerArn}image-version/i/3`, "i\u001f3"],
  [monitoringSchedule, `${sagemakerArn}monitoring-schedule/m`, "m"],
  [tuningJob, `${sagemakerArn}hyper-parameter-tuning-job/t`, "t"],
  [glueTable, "arn:aws:glue:us-west-2:123456789012:table/d/t", "d\u001ft"],
  [databrewRecipe, "arn:aws:databrew:us-west-2:123456789012:recipe/R", "R"],
  [sqsQueue, "arn:aws:sqs:us-west-2:123456789012:Jobs.fifo", "Jobs.fifo"],
])("the ARN of %# is parsed and formatted", (kind, arn, name) => {
  const key = kind.parse(arn);
  expect(key).toEqual({ ...place, kind: kind.name, name });
  expect(kind.arn(key!)).toBe(arn);
});

test("an execution is not its pipeline, and no other account's ARN is taken for one's own", () => {
  expect(pipeline.parse(`${sagemakerArn}pipeline/p/execution/e`)).toBeUndefined();
  expect(pipeline.parse(`${sagemakerArn}pipeline/p`)).toMatchObject({ name: "p" });
  expect(pipeline.parse("arn:aws:sagemaker:us-west-2:000000000001:pipeline/p")?.account).toBe("000000000001");
});

test("kinds without an ARN have keys of any text", () => {
  const one = gluePartition.key(place, { DatabaseName: "d", TableName: "t", Values: JSON.stringify(["2026", "a/b"]) });
  expect(gluePartition.variables(one)).toEqual({ DatabaseName: "d", TableName: "t", Values: '["2026","a/b"]' });
  const SourceArn = `${sagemakerArn}training-job/a`;
  const DestinationArn = `${sagemakerArn}model/b`;
  expect(association.variables(association.keyOf({ ...context(), ...place }, { SourceArn, DestinationArn }))).toEqual({
    SourceArn,
    DestinationArn,
  });
});

test("a permission is asked for the thing that an input names, and for any where it names none", () => {
  const resourceOf = (unit: typeof app, operation: string, input: object) =>
    unit.permissions[operation]!(input, place).map(({ action, resource }) => `${action} ${resource}`);
  const input = { DomainId: "d-1", SpaceName: "Team", AppType: "JupyterLab", AppName: "default" };
  expect(resourceOf(app, "CreateApp", input)).toEqual([
    `sagemaker:CreateApp ${sagemakerArn}app/d-1/team/jupyterlab/default`,
  ]);
  expect(resourceOf(app, "ListApps", {})).toEqual(["sagemaker:ListApps *"]);
  expect(domain.permissions.CreateDomain!({ DomainName: "n" }, place)).toEqual([
    { action: "sagemaker:CreateDomain", resource: `${sagemakerArn}domain/*` },
  ]);
  expect(resourceOf(modelPackage as never, "CreateModelPackage", { ModelPackageGroupName: "G" })).toEqual([
    `sagemaker:CreateModelPackage ${sagemakerArn}model-package/g/*`,
  ]);
  expect(glueTable.permissions.GetTable!({ DatabaseName: "D", Name: "T" }, place)).toEqual([
    { action: "glue:GetTable", resource: "arn:aws:glue:us-west-2:123456789012:table/d/t" },
  ]);
});

const units = [association, app, image, imageVersion, modelPackageGroup, modelPackage, glueDatabase, glueTable];
const context = () =>
  createTestContext({ units: [...units, pipelineExecution, monitoringSchedule, tuningJob, trainingJob] });

test("a kind with two names is made, listed by either, and removed", async () => {
  const here = context();
  const [a, b] = ["training-job/a", "model/b"].map((name) => sagemakerArn + name);
  await here.call("sagemaker", "AddAssociation", { SourceArn: a!, DestinationArn: b!, AssociationType: "Produced" });
  await here.call("sagemaker", "AddAssociation", { SourceArn: b!, DestinationArn: a! });
  const again = here.call("sagemaker", "AddAssociation", { SourceArn: a!, DestinationArn: b! });
  await expect(again).rejects.toMatchObject({ code: "ResourceInUse" });
  const list = async (input: object) =>
    (await here.call("sagemaker", "ListAssociations", input)).AssociationSummaries!.map(({ SourceArn }) => SourceArn);
  expect(await list({ SourceArn: a })).toEqual([a]);
  expect(await list({ DestinationArn: a })).toEqual([b]);
  expect(await list({ AssociationType: "Produced" })).toEqual([a]);
  expect(await list({ SortBy: "SourceArn", SortOrder: "Ascending" })).toEqual([b, a]);
  expect(await list({ CreatedAfter: new Date(testTime) })).toEqual([]);
  await here.call("sagemaker", "DeleteAssociation", { SourceArn: a!, DestinationArn: b! });
  expect(await list({})).toEqual([b]);
});

test("a token makes one thing, however often it is sent, and is not taken for another request", async () => {
  const here = context();
  await here.call("sagemaker", "CreateImage", { ImageName: "i", RoleArn: "r" });
  const create = (BaseImage: string, ClientToken: string) =>
    here.call("sagemaker", "CreateImageVersion", { ImageName: "i", BaseImage, ClientToken });
  const first = await create("base", "token");
  expect(await create("base", "token")).toEqual(first);
  await expect(create("other", "token")).rejects.toMatchObject({ code: "ValidationException" });
  expect(
    (await here.call("sagemaker", "ListImageVersions", { ImageName: "i", SortBy: "VERSION", SortOrder: "DESCENDING" }))
      .ImageVersions,
  ).toHaveLength(1);
});

test("children are listed by the parent that they are written with", async () => {
  const here = context();
  for (const ImageName of ["Tools", "other"]) await here.call("sagemaker", "CreateImage", { ImageName, RoleArn: "r" });
  for (const ImageName of ["tools", "other", "Tools"])
    await here.call("sagemaker", "CreateImageVersion", { ImageName, BaseImage: "b", ClientToken: ImageName });
  const { ImageVersions } = await here.call("sagemaker", "ListImageVersions", {
    ImageName: "Tools",
    SortBy: "VERSION",
  });
  expect(ImageVersions!.map(({ ImageVersionArn }) => ImageVersionArn)).toEqual([
    `${sagemakerArn}image-version/tools/2`,
    `${sagemakerArn}image-version/tools/1`,
  ]);
  await expect(
    here.call("sagemaker", "CreateImageVersion", { ImageName: "none", BaseImage: "b", ClientToken: "t" }),
  ).rejects.toMatchObject({ code: "ValidationException" });

  await here.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName: "Group" });
  for (const input of [
    { ModelPackageGroupName: "group" },
    { ModelPackageName: "alone" },
    { ModelPackageGroupName: "Group" },
  ])
    await here.call("sagemaker", "CreateModelPackage", input);
  const packages = async (input: object) =>
    (await here.call("sagemaker", "ListModelPackages", input)).ModelPackageSummaryList!.map(({ ModelPackageArn }) =>
      ModelPackageArn!.slice(sagemakerArn.length),
    );
  expect(await packages({ ModelPackageGroupName: "Group" })).toEqual([
    "model-package/group/2",
    "model-package/group/1",
  ]);
  expect(await packages({ ModelPackageType: "Unversioned" })).toEqual(["model-package/alone"]);

  const glue = (unit: typeof glueTable | typeof glueDatabase, operation: string, input: object) =>
    unit.operations[operation]!(input as never, here) as Promise<{ TableList: { Name: string }[] }>;
  for (const Name of ["sales", "other"]) await glue(glueDatabase, "CreateDatabase", { DatabaseInput: { Name } });
  for (const [DatabaseName, Name] of [
    ["sales", "b"],
    ["other", "c"],
    ["Sales", "a"],
  ])
    await glue(glueTable, "CreateTable", { DatabaseName, TableInput: { Name } });
  const { TableList } = await glue(glueTable, "GetTables", { DatabaseName: "sales" });
  expect(TableList).toEqual([{ Name: "a" }, { Name: "b" }]);
});

/** Starts the engine with one reconciler; time passes when the test says so. */
async function startEngine(here: ReturnType<typeof context>, unit: ReconcilerUnit<never, never>) {
  const clock = { time: here.clock.now(), now: here.clock.now };
  const timer = createManualTimer(clock);
  const reports: unknown[] = [];
  const engine = createReconcileEngine({
    resources: here.resources,
    executors: { all: [] } as unknown as Executors,
    reconcilers: [{ kind: unit.kind.name, unfinished: unit.unfinished, load: async () => unit }],
    contextFor: (_key, origin) => here.at({ origin }),
    clock: here.clock,
    timer,
    report: (what, error) => reports.push([what, error]),
  });
  await engine.start();
  onTestFinished(() => engine.stop());
  const settle = async () => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(reports).toEqual([]);
  };
  const pass = async (milliseconds: number) => {
    here.passTime(milliseconds);
    timer.pass(milliseconds);
    await settle();
  };
  await settle();
  return { settle, pass, stop: () => engine.stop() };
}

test("jobs that a tuning job makes by calls carry it as their origin, wake it, and are listed by it", async () => {
  const here = context();
  const { settle } = await startEngine(here, tuner as ReconcilerUnit<never, never>);
  const make = (HyperParameterTuningJobName: string) =>
    here.call("sagemaker", "CreateHyperParameterTuningJob", {
      HyperParameterTuningJobName,
      HyperParameterTuningJobConfig: {
        Strategy: "Random",
        ResourceLimits: { MaxParallelTrainingJobs: 1, MaxNumberOfTrainingJobs: 2 },
      },
    });
  await make("Tune");
  await make("other");
  await here.call("sagemaker", "CreateTrainingJob", childRequest("a-users"));
  await settle();
  const list = async (input: object = {}) => {
    const page = await here.call("sagemaker", "ListTrainingJobsForHyperParameterTuningJob", {
      HyperParameterTuningJobName: "Tune",
      ...input,
    });
    return { names: page.TrainingJobSummaries!.map(({ TrainingJobName }) => TrainingJobName), next: page.NextToken };
  };
  expect((await list()).names).toEqual(["Tune-1", "Tune-2"]);
  const { names, next } = await list({ MaxResults: 1 });
  expect([names, (await list({ NextToken: next })).names]).toEqual([["Tune-1"], ["Tune-2"]]);

  const statusOf = async (name: string) => (await tuningJob.get(here, name)).status;
  for (const [name, status] of [
    ["Tune-1", "InProgress"],
    ["Tune-2", "Completed"],
  ] as const) {
    await trainingJob.update(here, name, () => ({ status: "Completed" }));
    await settle();
    expect(await statusOf("Tune")).toBe(status);
  }
  expect((await list({ StatusEquals: "Completed" })).names).toEqual(["Tune-1", "Tune-2"]);
  expect(await statusOf("other")).toBe("InProgress");
});

test("a monitoring schedule acts at its times, makes up once for those that it missed, and follows a change", async () => {
  const here = context();
  const hour = 3_600_000;
  const config = (ScheduleExpression: string) => ({ ScheduleConfig: { ScheduleExpression } });
  const named = { MonitoringScheduleName: "m" };
  const create = (expression: string) =>
    here.call("sagemaker", "CreateMonitoringSchedule", { ...named, MonitoringScheduleConfig: config(expression) });
  await expect(create("cron(0 * * * * *)")).rejects.toMatchObject({ code: "ValidationException" });
  const executions = async () =>
    (await monitoringSchedule.get(here, "m")).actual.executions.map((time) => (time - testTime) / hour);

  const engine = await startEngine(here, scheduler as ReconcilerUnit<never, never>);
  await create("cron(0 * ? * * *)");
  await engine.settle();
  await engine.pass(hour - 1);
  expect(await executions()).toEqual([]);
  await engine.pass(1);
  await engine.pass(hour);
  expect(await executions()).toEqual([1, 2]);

  await engine.stop();
  here.passTime(2.5 * hour);
  const later = await startEngine(here, scheduler as ReconcilerUnit<never, never>);
  expect(await executions()).toEqual([1, 2, 3]);
  await later.pass(hour / 2);
  expect(await executions()).toEqual([1, 2, 3, 5]);

  await here.call("sagemaker", "UpdateMonitoringSchedule", {
    ...named,
    MonitoringScheduleConfig: config("rate(2 hours)"),
  });
  await later.settle();
  await later.pass(hour);
  expect(await executions()).toEqual([1, 2, 3, 5, 6]);
  await later.pass(2 * hour);
  expect(await executions()).toEqual([1, 2, 3, 5, 6, 8]);
});
