import { expect, it } from "vitest";
import { upgradedSpec } from "./upgrade-run.ts";

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
