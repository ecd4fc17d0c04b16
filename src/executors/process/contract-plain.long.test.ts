import { executorContract } from "../executor.contract.ts";
import { skips, underTest } from "./process-executor.fixture.ts";

const noSandbox = "it has none";
executorContract("process executor, plain", () => underTest({ sandbox: "plain" }), {
  skips: {
    ...skips,
    "network isolation": noSandbox,
    "network of a group": noSandbox,
    "inner sandbox": noSandbox,
    "inner sandbox, by its words": noSandbox,
  },
});
