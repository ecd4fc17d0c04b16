import { expect, it } from "vitest";
import { createTestContext } from "../../server/request/test-context.ts";
import { checkInstance, instanceLimits, instanceNotes, limitReason } from "./instance-limits.ts";

/** On a machine of 4 cores and 16 GiB. */
const context = (largeInstances: "run" | "refuse" = "run") =>
  createTestContext({ units: [], settings: { largeInstances } });
const gibibyte = 1024 ** 3;

it.each([
  ["ml.m5.large", { cores: 2, memoryBytes: 8 * gibibyte }],
  ["ml.m5.xlarge", { cores: undefined, memoryBytes: 14 * gibibyte }],
  ["ml.m5.24xlarge", { cores: undefined, memoryBytes: 14 * gibibyte }],
  ["ml.no.such", { cores: undefined, memoryBytes: 14 * gibibyte }],
])("a run of %s may use what the type has, as far as the machine has it", (InstanceType, limits) => {
  const volume = { diskBytes: 30 * gibibyte };
  expect(instanceLimits(context(), { InstanceType, VolumeSizeInGB: 30 })).toEqual({
    ...{ ...limits, ...volume },
    processes: 4096,
  });
  expect(instanceLimits(context(), { InstanceType })).not.toHaveProperty("diskBytes");
});

it("a type that is larger than the machine is refused where the setting asks for it", () => {
  checkInstance(context(), "ml.m5.24xlarge");
  for (const type of ["ml.m5.large", "ml.no.such", undefined]) checkInstance(context("refuse"), type);
  expect(() => checkInstance(context("refuse"), "ml.m5.24xlarge")).toThrow(
    /^ml\.m5\.24xlarge has 96 vCPUs and 384 GiB of memory; this machine gives 4 and 14 GiB\. .*SAGEBRUSH_LARGE_INSTANCES=run/,
  );
});

it("a type with GPUs says that there are none, also where it is no larger than the machine", () => {
  expect(instanceNotes(context(), "ml.p3.2xlarge")).toEqual([
    "ml.p3.2xlarge has 8 vCPUs, 1 GPU and 61 GiB of memory; this machine gives 4 vCPUs, no GPU and 14 GiB.",
  ]);
  expect(instanceNotes(context(), "ml.g4dn.xlarge")[0]).toMatch(
    / has 4 vCPUs, 1 GPU and .* gives 4 vCPUs, no GPU and /,
  );
  expect(instanceNotes(context(), "ml.p3.16xlarge")[0]).toMatch(/ has 64 vCPUs, 8 GPUs and /);
  expect(instanceNotes(context(), "ml.m5.large")).toEqual([]);
});

it("a job that took too much is told what to do", () => {
  const volume = { VolumeSizeInGB: 30 };
  expect(limitReason({ of: "disk", code: 137 }, volume)).toMatch(/larger volume .* 30 GiB, its .*, exit code: 137$/);
  expect(limitReason({ of: "processes", code: 137 }, volume)).toMatch(/fewer processes .* 4096, .*, exit code: 137$/);
});
