import { expect, it } from "vitest";
import {
  configure,
  context,
  describeEndpoint,
  EndpointName,
  invoke,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import {
  configNames,
  day,
  experiment,
  hour,
  look,
  Name,
  serve,
  shadowMode,
  stop,
  untilIs,
  variant,
} from "./inference-experiment.fixture.ts";

useEndpoint();

it("is refused where it cannot be done", async () => {
  await serve();
  const refused = (more: object, text: string, code = "ValidationException") =>
    expect(experiment(more)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  const at = (milliseconds: number) => new Date(context.clock.now() + milliseconds);
  await refused({ EndpointName: "None" }, "Could not find endpoint");
  await refused({ ModelVariants: [variant("A", "one-A"), variant("B", "none")] }, 'Could not find model "arn');
  await refused({ ModelVariants: [variant("A", "one-A")] }, "must have the variants of ShadowModeConfig");
  await refused({ ModelVariants: [variant("A", "one-A"), variant("C", "two-B")] }, '"A" and "B"');
  await refused({ ShadowModeConfig: { ...shadowMode(), SourceModelVariantName: "X" } }, 'which is "A"');
  await refused({ ShadowModeConfig: shadowMode(1, "A") }, "must differ");
  await refused({ Schedule: { EndTime: at(-1000) } }, "in the past");
  await refused({ Schedule: { StartTime: at(day), EndTime: at(hour) } }, "is not after its StartTime");
  await refused({ Schedule: { EndTime: at(31 * day) } }, "longer than 30 days");
  await refused({ DataStorageConfig: { Destination: "captured" } }, "s3://BUCKET/PREFIX");
  await refused({ DataStorageConfig: { Destination: "s3://captured/in", KmsKey: "alias/mine" } }, "KmsKeyId");
  const two = await Promise.allSettled([experiment(), experiment({ Name: "Other" })]);
  expect(two.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(two.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "ResourceInUse" } });
  const { InferenceExperiments } = await context.call("sagemaker", "ListInferenceExperiments", {});
  expect(InferenceExperiments).toHaveLength(1);
});

it("what an end cannot be is refused", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  await expect(experiment()).rejects.toMatchObject({ code: "ResourceInUse" });
  await expect(context.call("sagemaker", "DeleteInferenceExperiment", { Name })).rejects.toMatchObject({
    code: "ConflictException",
    message: expect.stringContaining("is Running; only one that is Created, Completed or Cancelled can be deleted"),
  });
  const refused = (actions: Parameters<typeof stop>[0], text: string, more: object = {}) =>
    expect(stop(actions, more)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining(text),
    });
  await refused({ A: "Remove", B: "Remove" }, "no production variant");
  await refused({ A: "Retain", B: "Promote" }, "both be production variants");
  await refused({ A: "Promote", B: "Remove" }, "production variant already");
  await refused({ A: "Retain" }, 'no action for the variant "B"');
  await refused({ A: "Retain", C: "Remove" }, 'has the variant "C"');
  await refused({ A: "Retain", B: "Remove" }, 'there is "A"', { DesiredModelVariants: [variant("B", "two-B")] });
  expect((await look()).Status).toBe("Running");
});

it("is cancelled when its shadow variant never answers, and the endpoint serves as before", async () => {
  await serve();
  await configure("bad", { B: { environment: { END: "3" } } });
  await experiment({ ModelVariants: [variant("A", "one-A"), variant("B", "bad-B")] });
  await untilIs("Cancelled");
  expect(await look()).toMatchObject({
    StatusReason: expect.stringContaining("ended with code 3"),
    EndpointMetadata: { EndpointConfigName: "one", EndpointStatus: "InService" },
    ModelVariants: [{ Status: "InService" }, { Status: "Deleted" }],
  });
  expect((await invoke("x")).text).toBe("one-A: x");
  expect((await configNames()).sort()).toEqual(["bad", "one", "two"]);
});

it("is cancelled when its endpoint is updated by somebody else, or deleted, and touches it no more", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two" });
  await untilIs("Cancelled");
  expect(await look()).toMatchObject({
    StatusReason: 'The endpoint "Echo" was updated to the configuration "two" while the experiment ran.',
    EndpointMetadata: { EndpointConfigName: "two" },
  });
  expect((await configNames()).sort()).toEqual(["one", "two"]);
  await context.call("sagemaker", "DeleteInferenceExperiment", { Name });
  await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "one" });
  await untilStatus("InService");
  await experiment();
  await untilIs("Running");
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await untilIs("Cancelled");
  expect((await look()).StatusReason).toBe('The endpoint "Echo" was deleted.');
  expect((await configNames()).sort()).toEqual(["one", "two"]);
});

it("goes back to what the endpoint had when that configuration was deleted meanwhile", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  await context.call("sagemaker", "DeleteEndpointConfig", { EndpointConfigName: "one" });
  await stop({ A: "Retain", B: "Remove" }, { DesiredState: "Completed" });
  await untilIs("Completed");
  const after = await describeEndpoint();
  expect(after.ShadowProductionVariants).toBeUndefined();
  expect(after.ProductionVariants).toMatchObject([{ VariantName: "A" }]);
  expect(await configNames()).toEqual(expect.arrayContaining([after.EndpointConfigName]));
});
