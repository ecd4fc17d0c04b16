import { describe, expect, it, vi } from "vitest";
import { type RunWanted, run } from "../../../frame/run.ts";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { stageSilenceSeconds } from "../../../images/stage-plan.ts";
import {
  arn,
  configure,
  context,
  create,
  describeEndpoint,
  EndpointName,
  engine,
  home,
  Image,
  invoke,
  logGroupName,
  machine,
  restartEngine,
  told,
  until,
  untilAnswers,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import { type ActualEndpoint, endpoint } from "./endpoint.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

describe("an endpoint's life", () => {
  it("from creation to deletion", async () => {
    await create();
    const created = await describeEndpoint();
    expect(created).toMatchObject({ EndpointStatus: "Creating", EndpointArn: arn, EndpointConfigName: "one" });
    await expect(create("two")).rejects.toThrow(`Cannot create already existing endpoint "${arn}".`);
    const update = context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "one" });
    await expect(update).rejects.toThrow(`Cannot update in-progress endpoint "${arn}".`);
    await expect(invoke("early")).rejects.toMatchObject({
      code: "ValidationError",
      status: 400,
      message: "Endpoint Echo of account 123456789012 not found.",
    });
    expect((await context.call("logs", "FilterLogEvents", { logGroupName })).events).toBeDefined();

    await untilStatus("InService");
    const served = await describeEndpoint();
    expect(served.FailureReason).toBeUndefined();
    expect(served.ProductionVariants).toMatchObject([
      {
        VariantName: "A",
        CurrentWeight: 1,
        DesiredWeight: 1,
        CurrentInstanceCount: 1,
        DesiredInstanceCount: 1,
        DeployedImages: [{ SpecifiedImage: Image, ResolvedImage: Image }],
      },
    ]);
    const headers = { ContentType: "text/csv", Accept: "text/x-answer", CustomAttributes: "trace=1" };
    expect(await invoke("1,2", headers)).toMatchObject({
      text: "one-A: 1,2",
      ContentType: "text/x-answer",
      CustomAttributes: "trace=1",
      InvokedProductionVariant: "A",
    });

    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
    await expect(describeEndpoint()).rejects.toThrow(`Could not find endpoint "${arn}".`);
    const { events } = await context.call("logs", "FilterLogEvents", { logGroupName, logStreamNamePrefix: "A/i-" });
    expect(events!.map(({ message }) => message)).toContain("one-A#011listens");
    expect((await context.resources.list(run.name, { limit: 10 })).documents).toEqual([]);
  });

  it("fails with the reason when its model server never answers", async () => {
    await create("broken", { A: { environment: { END: "3" } }, B: {} });
    await untilStatus("Failed");
    const { FailureReason } = await describeEndpoint();
    expect(FailureReason).toContain(
      "The primary container for production variant A did not pass the ping health check",
    );
    await configure("other");
    const update = context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "other" });
    await expect(update).rejects.toThrow("Delete it and create it anew.");
    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
  });

  it("fails with the reason when its image has gone before it starts", async () => {
    await restartEngine(async () => {
      await create("gone");
      Object.assign(context, { images: createImageCatalogue([]) });
    });
    await untilStatus("Failed");
    expect((await describeEndpoint()).FailureReason).toContain(Image);
  });

  it("an update that fails leaves the old fleet in service", async () => {
    await create();
    await untilStatus("InService");
    await configure("broken", { A: { environment: { END: "3" } } });
    await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "broken" });
    await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName })).rejects.toThrow("in-progress");
    expect((await invoke("still")).text).toBe("one-A: still");
    await untilStatus("InService");
    expect(await describeEndpoint()).toMatchObject({
      EndpointConfigName: "one",
      FailureReason: expect.stringContaining("did not pass the ping health check"),
    });
    expect((await invoke("still")).text).toBe("one-A: still");
  });

  it("can be deleted while it is being created", async () => {
    await create();
    await until((found) => runIdsOf((found!.actual as ActualEndpoint).next).length > 0);
    expect((await describeEndpoint()).EndpointStatus).toBe("Creating");
    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
    expect((await context.resources.list(run.name, { limit: 10 })).documents).toEqual([]);
  });

  it("refuses more instances than the machine has room for, those of all endpoints together", async () => {
    // A machine of 16 GiB; nothing is started.
    await engine.stop();
    await expect(create("many", { A: { count: 33 } })).rejects.toMatchObject({ code: "ResourceLimitExceeded" });
    await create("most", { A: { count: 20 }, B: { count: 10 } });
    await configure("three", { A: { count: 3 } });
    const another = (EndpointConfigName: string) =>
      context.call("sagemaker", "CreateEndpoint", { EndpointName: "Another", EndpointConfigName });
    await expect(another("three")).rejects.toThrow(
      /limit 'ml\.m5\.large for endpoint usage' is 32 Instances, with current utilization of 30 Instances and a request delta of 3 Instances\. .*SAGEBRUSH_ENDPOINT_INSTANCES/,
    );
    await configure("two", { A: { count: 2 } });
    await another("two");
  });

  it("counts no instances of an endpoint that failed, and reads one page of the others", async () => {
    await create("broken", { A: { environment: { END: "3" } } });
    await untilStatus("Failed");
    await engine.stop();
    const list = vi.spyOn(context.resources, "list");
    await configure("most", { A: { count: 32 } });
    list.mockClear();
    const another = context.call("sagemaker", "CreateEndpoint", {
      EndpointName: "Another",
      EndpointConfigName: "most",
    });
    await expect(another).resolves.toMatchObject({ EndpointArn: expect.stringContaining("endpoint/another") });
    expect(list.mock.calls.filter(([kind]) => kind === endpoint.name)).toEqual([
      [endpoint.name, { labels: { instances: { from: 1 } }, limit: 33 }],
    ]);
  });

  it("gives a model server the memory of its instance type, and not all of the machine's or of its disk", async () => {
    await create();
    await until((found) => runIdsOf((found!.actual as ActualEndpoint).next).length > 0);
    const [started] = (await context.resources.list(run.name, { limit: 1 })).documents;
    expect((started!.wanted as RunWanted).spec.limits).toEqual({
      memoryBytes: 8 * 1024 ** 3,
      processes: 4096,
      diskBytes: 30 * 1024 ** 3,
      silenceSeconds: stageSilenceSeconds,
    });
  });

  it("is not updated once its configuration was deleted, until that is there again", async () => {
    await create();
    await untilStatus("InService");
    await configure("two");
    const update = () => context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two" });
    await context.call("sagemaker", "DeleteEndpointConfig", { EndpointConfigName: "one" });
    await expect(update()).rejects.toMatchObject({
      code: "ValidationException",
      message: 'Could not find endpoint configuration "arn:aws:sagemaker:us-west-2:123456789012:endpoint-config/one".',
    });
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: "InService", EndpointConfigName: "one" });
    // What runs goes on without its configuration and its model, also when an instance is replaced.
    await context.call("sagemaker", "DeleteModel", { ModelName: "one-A" });
    await expect(invoke("die")).rejects.toMatchObject({ code: "ModelError" });
    await untilAnswers("one-A: still");
    await configure("one");
    await update();
    await untilAnswers("two-A: still");
    await untilStatus("InService");
  });

  it("is not created with a configuration, a model or a role that is gone", async () => {
    const createOnly = () =>
      context.call("sagemaker", "CreateEndpoint", { EndpointName: "Other", EndpointConfigName: "one" });
    const place = "arn:aws:sagemaker:us-west-2:123456789012";
    await expect(createOnly()).rejects.toThrow(`Could not find endpoint configuration "${place}:endpoint-config/one".`);
    await configure("one");
    await context.call("sagemaker", "DeleteModel", { ModelName: "one-A" });
    await expect(createOnly()).rejects.toThrow(`Could not find model "${place}:model/one-a".`);
    const ExecutionRoleArn = "arn:aws:iam::123456789012:role/Gone";
    await context.call("sagemaker", "CreateModel", {
      ModelName: "one-A",
      ExecutionRoleArn,
      PrimaryContainer: { Image },
    });
    Object.assign(context, { settings: { ...context.settings, roles: "known" } });
    await expect(createOnly()).rejects.toThrow(`Could not assume role ${ExecutionRoleArn}.`);
    expect((await context.resources.list(endpoint.name, { limit: 10 })).documents).toEqual([]);
  });

  it("fails when this machine cannot start its run, after three tries, and says why", async () => {
    machine.path = home;
    await create();
    await untilStatus("Failed");
    expect((await describeEndpoint()).FailureReason).toMatch(
      /^The run was lost 3 times in a row\. The run could not be started: mkfifo is not on the PATH/,
    );
    const { events } = await context.call("logs", "FilterLogEvents", { logGroupName });
    expect(events!.map(({ message }) => message)).toEqual(
      Array(3).fill(expect.stringMatching(/^The run could not be started: mkfifo/)),
    );
    expect(told.map((words) => words.replace(/^.* was lost/, ""))).toEqual([
      expect.stringMatching(/^, and another one takes its place\. The run could not be started: mkfifo/),
      expect.stringMatching(/^, and another one takes its place\./),
      expect.stringMatching(/^, as the 2 before it\. The run could not be started: mkfifo/),
    ]);
  });
});
