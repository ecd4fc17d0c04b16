import { expect, it } from "vitest";
import { specWithPython, upgradedSpec } from "./upgrade-run.ts";

it("a run that an older version wrote down is started by today's executor", () => {
  const shared = {
    environment: { A: "a" },
    files: { "input/config/training-plan.json": "{}" },
    mounts: [],
    limits: { runtimeSeconds: 60 },
    network: "host" as const,
    graceSeconds: 5,
  };
  expect(upgradedSpec({ ...shared, command: ["node", "stage.ts", "train"] })).toEqual({
    ...shared,
    program: { command: ["node", "stage.ts", "train"] },
    server: { address: true, sockets: [] },
  });
});

it("a script that was written down with folders of this machine is started with those of today", () => {
  const environment = { lock: "scikit-learn-1.4", folder: "/e", python: { version: "3.10.4", program: "/p" } };
  const spec = {
    program: { script: "src/runtimes/stage.ts", arguments: ["train"] },
    environment: {},
    files: { "input/config/training-plan.json": JSON.stringify({ script: { environment, role: "r" }, channels: [] }) },
    mounts: [{ source: "/e", target: "/e", writable: true }],
    limits: {},
    network: "host" as const,
    innerSandbox: true,
    server: { address: true, sockets: [] },
    graceSeconds: 5,
  };
  const script = { role: "r", image: { lock: "scikit-learn-1.4", python: "3.10" }, network: "host" };
  expect(specWithPython(spec)).toEqual({
    ...spec,
    mounts: [],
    python: { lock: "scikit-learn-1.4", version: "3.10" },
    files: { "input/config/training-plan.json": JSON.stringify({ script, channels: [] }) },
  });
  const { innerSandbox: _, ...plain } = spec;
  expect(specWithPython(plain)).toBe(plain);
});
