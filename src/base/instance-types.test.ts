import * as sagemaker from "@aws-sdk/client-sagemaker";
import { expect, it } from "vitest";
import { instanceType } from "./instance-types.ts";

it.each([
  ["ml.t2.medium", 2, 4, 0],
  ["ml.t3.micro", 2, 1, 0],
  ["ml.m4.10xlarge", 40, 160, 0],
  ["ml.m5.large", 2, 8, 0],
  ["ml.m5.24xlarge", 96, 384, 0],
  ["ml.m5d.4xlarge", 16, 64, 0],
  ["ml.m6g.medium", 1, 4, 0],
  ["ml.m6i.32xlarge", 128, 512, 0],
  ["ml.m7i.48xlarge", 192, 768, 0],
  ["ml.c4.large", 2, 3.75, 0],
  ["ml.c4.8xlarge", 36, 60, 0],
  ["ml.c5.9xlarge", 36, 72, 0],
  ["ml.c5n.xlarge", 4, 10.5, 0],
  ["ml.c5n.18xlarge", 72, 192, 0],
  ["ml.c7i.2xlarge", 8, 16, 0],
  ["ml.r5.24xlarge", 96, 768, 0],
  ["ml.r6i.large", 2, 16, 0],
  ["ml.p2.16xlarge", 64, 732, 16],
  ["ml.p3.2xlarge", 8, 61, 1],
  ["ml.p3dn.24xlarge", 96, 768, 8],
  ["ml.p4d.24xlarge", 96, 1152, 8],
  ["ml.p5.48xlarge", 192, 2048, 8],
  ["ml.g4dn.12xlarge", 48, 192, 4],
  ["ml.g5.48xlarge", 192, 768, 8],
  ["ml.g6e.xlarge", 4, 32, 1],
  ["ml.inf1.6xlarge", 24, 48, 0],
  ["ml.inf2.48xlarge", 192, 768, 0],
  ["ml.trn1.32xlarge", 128, 512, 0],
])("%s has %d cores, %d GiB and %d GPUs", (name, cores, gib, gpus) => {
  expect(instanceType(name)).toEqual({ cores, memoryBytes: gib * 1024 ** 3, gpus });
});

it.each(["m5.large", "ml.m5", "ml.m5.tiny", "ml.m5.9xlarge", "ml.x1.large", "constructor", "", "local"])(
  "%j is no instance type",
  (name) => expect(instanceType(name)).toBeUndefined(),
);

it("knows every instance type that the API names for jobs, endpoints and notebooks", () => {
  const lists = Object.entries(sagemaker).filter(([name]) => name.endsWith("InstanceType"));
  const names = new Set(lists.flatMap(([, values]) => Object.values(values)));
  const unknown = [...names].filter((name) => name.startsWith("ml.") && !instanceType(name));
  expect(names.size).toBeGreaterThan(200);
  // Elastic Inference accelerators and a geospatial type are no EC2 types, and the table has no figures for the family
  // g7.
  expect(unknown.filter((name) => !/^ml\.(eia\d|geospatial|g7)\./.test(name))).toEqual([]);
});
