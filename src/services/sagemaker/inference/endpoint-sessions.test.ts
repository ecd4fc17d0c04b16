import { expect, it } from "vitest";
import { createSessions } from "../../../runs/sessions.ts";
import {
  actual,
  configure,
  context,
  create,
  describeEndpoint,
  EndpointName,
  invoke,
  passTime,
  serverOf,
  until,
  untilAnswers,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";

useEndpoint();

const begin = async (expires = "never") => {
  const { NewSessionId } = await invoke(expires, { SessionId: "NEW_SESSION" });
  return { NewSessionId, SessionId: NewSessionId!.split(";")[0]! };
};

it("a session stays with the instance that began it, until it is closed", async () => {
  await create("one", { A: { count: 3 } });
  await untilStatus("InService");
  const sessions = await Promise.all(Array.from({ length: 6 }, () => begin()));
  expect(sessions[0]!.NewSessionId).toMatch(/^of-[0-9a-f]{8}; Expires=never$/);
  expect(new Set(sessions.map(({ SessionId }) => SessionId)).size).toBe(3);
  for (const { SessionId } of sessions)
    expect((await invoke("x", { SessionId })).text).toBe(`one-A: ${SessionId.slice(3)} x`);
  // As after a restart of the server.
  Object.assign(context, { sessions: createSessions(context.journals, context.clock) });
  const { SessionId } = sessions[0]!;
  expect((await invoke("close", { SessionId })).ClosedSessionId).toBe(SessionId);
  await expect(invoke("x", { SessionId })).rejects.toMatchObject({
    code: "ValidationError",
    message: expect.stringContaining("Begin another one with SessionId NEW_SESSION"),
  });
  await expect(invoke("x", { SessionId: "unknown" })).rejects.toThrow("is not there");
  expect((await invoke("x")).NewSessionId).toBeUndefined();
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await until((found) => found === undefined);
  expect(await context.journals.streams("sessions/", undefined, 10)).toEqual([]);
});

it("a session is over when it expires, and when its instance has ended", async () => {
  await create();
  await untilStatus("InService");
  const expiring = await begin(new Date(context.clock.now() + 60_000).toUTCString());
  await invoke("x", expiring);
  passTime(61_000);
  await expect(invoke("x", expiring)).rejects.toThrow("is not there");
  const { SessionId } = await begin();
  process.kill(serverOf((await actual()).serving!.variants[0]!.instances[0]!.runId!), "SIGKILL");
  await untilAnswers("one-A: still");
  await expect(invoke("x", { SessionId })).rejects.toThrow("its instance has ended");
});

it("a shadow variant gets copies, answers nothing and delays nobody", async () => {
  await configure("shadowed-model", { S: {} });
  const shadow = {
    ...{ VariantName: "S", ModelName: "shadowed-model-S", InstanceType: "ml.m5.large" },
    ...{ InitialInstanceCount: 1, InitialVariantWeight: 1 },
  };
  const capture = {
    InitialSamplingPercentage: 100,
    DestinationS3Uri: "s3://captured",
    CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
  };
  const more = { ShadowProductionVariants: [shadow], DataCaptureConfig: capture };
  await create("one", { A: { weight: 2 } }, more);
  await untilStatus("InService");
  expect(await describeEndpoint()).toMatchObject({
    ProductionVariants: [{ VariantName: "A", CurrentWeight: 2 }],
    ShadowProductionVariants: [{ VariantName: "S", CurrentWeight: 1, CurrentInstanceCount: 1 }],
  });
  await expect(invoke("x", { TargetVariant: "S" })).rejects.toThrow("it has A");
  for (let call = 0; call < 100; call++)
    expect(await invoke(`${call}`)).toMatchObject({ text: `one-A: ${call}`, InvokedProductionVariant: "A" });
  const captured = async () => {
    const [stream] = await context.journals.streams("captures/", undefined, 1);
    const entries = await context.journals.read(stream!, 0, 1000);
    return Map.groupBy(entries, ({ data }) => data.split("\n")[0]!);
  };
  // Half of the requests: four standard deviations of 100 calls are 20.
  await expect.poll(async () => (await captured()).get("S")?.length ?? 0).toBeGreaterThan(30);
  expect((await captured()).get("S")!.length).toBeLessThan(70);
  expect((await captured()).get("A")).toHaveLength(100);
  const [copy] = (await captured()).get("S")!;
  const { endpointOutput } = JSON.parse(copy!.data.split("\n")[1]!).captureData;
  expect(Buffer.from(endpointOutput.data, "base64").toString()).toMatch(/^shadowed-model-S: \d+$/);

  process.kill(serverOf((await actual()).serving!.variants[1]!.instances[0]!.runId!), "SIGSTOP");
  const began = performance.now();
  for (let call = 0; call < 20; call++) await invoke("y");
  expect(performance.now() - began).toBeLessThan(5_000);
  const capacities = [{ VariantName: "S", DesiredWeight: 0 }];
  await context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", {
    EndpointName,
    DesiredWeightsAndCapacities: capacities,
  });
  await untilStatus("InService");
  expect((await describeEndpoint()).ShadowProductionVariants).toMatchObject([{ CurrentWeight: 0 }]);
  const two = { A: {}, B: {} };
  await expect(configure("two", two, { ShadowProductionVariants: [shadow] })).rejects.toThrow("there are 2 and 1");
});
