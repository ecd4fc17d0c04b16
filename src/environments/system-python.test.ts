import { expect, it } from "vitest";
import { systemOverride } from "./system-python.ts";

const system = { program: "/usr/bin/python3", module: "torch", package: "python3-torch", version: "1.13.1" };

it.each([
  ["torchmetrics\n", true],
  ["torch\nnumpy==1.24.2\n", true],
  ["torchvision==0.14\n", true],
  ["torch==2.1\n", false],
  ["numpy\n torch[opt] >= 2\n", false],
  ["torch @ file:///wheels/torch.whl\n", false],
])("%j is content with the system's module: %s", (requirements, content) => {
  expect(systemOverride(system, requirements) !== undefined).toBe(content);
});
