import { expect, it } from "vitest";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import {
  actual,
  context,
  create,
  describeEndpoint,
  document,
  EndpointName,
  Image,
  invoke,
  restartEngine,
  until,
  untilSettled,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import type { ActualEndpoint } from "./endpoint.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

type Asked = { VariantName: string; DesiredWeight?: number; DesiredInstanceCount?: number }[];
const ask = (DesiredWeightsAndCapacities: Asked) =>
  context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", { EndpointName, DesiredWeightsAndCapacities });
const variants = async () => (await describeEndpoint()).ProductionVariants!;

it("weights are taken over, and shown as desired until then", async () => {
  await create("shared", { A: {}, B: {} });
  await untilStatus("InService");
  const before = runIdsOf((await actual()).serving);
  await restartEngine(async () => {
    await ask([{ VariantName: "A", DesiredWeight: 0 }]);
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: "Updating",
      ProductionVariants: [
        { VariantName: "A", CurrentWeight: 1, DesiredWeight: 0, CurrentInstanceCount: 1, DesiredInstanceCount: 1 },
        { VariantName: "B", CurrentWeight: 1, DesiredWeight: 1 },
      ],
    });
    await expect(ask([{ VariantName: "A", DesiredWeight: 1 }])).rejects.toThrow("Cannot update in-progress endpoint");
    await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName })).rejects.toThrow("in-progress");
    expect((await invoke("x", { TargetVariant: "A" })).text).toBe("shared-A: x");
  });
  await untilStatus("InService");
  expect(await variants()).toMatchObject([{ CurrentWeight: 0, DesiredWeight: 0 }, { CurrentWeight: 1 }]);
  for (let call = 0; call < 20; call++) expect((await invoke("x")).text).toBe("shared-B: x");
  expect(runIdsOf((await actual()).serving)).toEqual(before);
});

it("instances are added beside those that serve and taken away when they have answered, without a dropped request", async () => {
  await create("one", { A: { count: 1 } });
  await untilStatus("InService");
  const [first] = runIdsOf((await actual()).serving);
  let loading = true;
  const seen = new Set<string>();
  const load = Array.from({ length: 4 }, async (_, index) => {
    for (let count = 0; loading; count++) seen.add((await invoke(count % 20 === index ? "slow" : "quick")).text);
  });
  await ask([{ VariantName: "A", DesiredInstanceCount: 3 }]);
  expect(await variants()).toMatchObject([{ CurrentInstanceCount: 1, DesiredInstanceCount: 3 }]);
  await untilStatus("InService");
  expect(await variants()).toMatchObject([{ CurrentInstanceCount: 3, DesiredInstanceCount: 3 }]);
  const three = runIdsOf((await actual()).serving);
  expect(three).toHaveLength(3);
  expect(three).toContain(first);
  await ask([{ VariantName: "A", DesiredInstanceCount: 1 }]);
  await untilStatus("InService");
  await untilSettled();
  loading = false;
  await Promise.all(load);
  expect([...seen].sort()).toEqual(["one-A: quick", "one-A: slow"]);
  expect(runIdsOf((await actual()).serving)).toEqual([first]);
  expect(await context.executors.all[0]!.list()).toEqual([first]);
  expect((await actual()).serving!.variants[0]).not.toHaveProperty("desired");
});

it("an instance ends only when it has answered, also where it ends at once when it is told to", async () => {
  await create("one", { A: { count: 2, environment: { SIGTERM: "ends" } } });
  await untilStatus("InService");
  const calls = ["wait 3000", "wait 3000"].map((text) => invoke(text));
  await expect
    .poll(async () => runIdsOf((await actual()).serving).map((runId) => context.outstanding.of(runId)))
    .toEqual([1, 1]);
  await ask([{ VariantName: "A", DesiredInstanceCount: 1 }]);
  await untilStatus("InService");
  expect((await Promise.all(calls)).map(({ text }) => text)).toEqual(["one-A: wait 3000", "one-A: wait 3000"]);
  await untilSettled();
});

it("a change whose instances never answer fails with the reason, and leaves the endpoint as it was", async () => {
  await create();
  await untilStatus("InService");
  const before = runIdsOf((await actual()).serving);
  Object.assign(context, { images: createImageCatalogue([]) });
  await ask([{ VariantName: "A", DesiredInstanceCount: 2, DesiredWeight: 5 }]);
  await untilStatus("InService");
  expect(await describeEndpoint()).toMatchObject({
    FailureReason: expect.stringContaining(Image),
    ProductionVariants: [{ CurrentInstanceCount: 1, DesiredInstanceCount: 1, CurrentWeight: 1, DesiredWeight: 1 }],
  });
  await untilSettled();
  expect(runIdsOf((await actual()).serving)).toEqual(before);
  expect((await invoke("x")).text).toBe("one-A: x");
});

it("a server that comes back goes on with the change", async () => {
  await create();
  await untilStatus("InService");
  await ask([{ VariantName: "A", DesiredInstanceCount: 2 }]);
  await until((found) => runIdsOf((found!.actual as ActualEndpoint).serving).length === 2);
  await restartEngine();
  await untilStatus("InService");
  expect(await context.executors.all[0]!.list()).toEqual(expect.arrayContaining(runIdsOf((await actual()).serving)));
  expect(await variants()).toMatchObject([{ CurrentInstanceCount: 2 }]);
});

it("what cannot be is refused, and nothing changes", async () => {
  await create("one", { A: {}, B: { weight: 0 } });
  await untilStatus("InService");
  const before = await document();
  await expect(ask([{ VariantName: "C", DesiredWeight: 1 }])).rejects.toMatchObject({
    code: "ValidationException",
    message: 'The variant name(s) "C" is/are not present within endpoint configuration "one".',
  });
  const asked: [Asked, RegExp][] = [
    [[{ VariantName: "A" }, { VariantName: "A" }], /"A" is given twice/],
    [[{ VariantName: "A", DesiredInstanceCount: 0 }], /at least one instance/],
    [[{ VariantName: "A", DesiredWeight: 0 }], /weights of all production variants are 0/],
    [[{ VariantName: "A", DesiredWeight: Number.POSITIVE_INFINITY }], /must be finite/],
    [[{ VariantName: "A", DesiredInstanceCount: 40 }], /ml\.m5\.large for endpoint usage' is 32 Instances/],
  ];
  for (const [variants, words] of asked) await expect(ask(variants)).rejects.toThrow(words);
  const elsewhere = { EndpointName: "Nowhere", DesiredWeightsAndCapacities: [] };
  await expect(context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", elsewhere)).rejects.toThrow(
    "Could not find endpoint",
  );
  expect(await document()).toEqual(before);
});
