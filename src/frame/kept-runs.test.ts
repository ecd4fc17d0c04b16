import { expect, it } from "vitest";
import { createTestContext } from "../server/request/test-context.ts";
import { keptRuns } from "./kept-runs.ts";
import { run, runKey } from "./run.ts";

const hour = 3_600_000;

it("ends the keeping of runs after a day, of the oldest when they are more than twenty, and of no run that goes on", async () => {
  const context = createTestContext({ units: [] });
  const left = async () =>
    (await context.resources.list(run.name, { limit: 100 })).documents.map(({ key }) => key.name);
  const put = async (id: string, status: string) => {
    const now = context.clock.now();
    const wanted = { executor: "process" } as never;
    const document = { key: runKey(context, id), id, status, created: now, modified: now, wanted, actual: {} };
    await context.resources.write([await run.put(context, document)]);
  };
  const upkeep = () => keptRuns.run(context, new AbortController().signal);

  await put("goes-on", "Active");
  await put("old", "Kept");
  context.passTime(23 * hour);
  await put("new", "Kept");
  await upkeep();
  expect(await left()).toEqual(["goes-on", "old", "new"]);
  context.passTime(hour);
  await upkeep();
  expect(await left()).toEqual(["goes-on", "new"]);
  for (let number = 10; number < 30; number++) {
    context.passTime(1);
    await put(`more-${number}`, "Kept");
  }
  await upkeep();
  expect(await left()).toEqual(["goes-on", ...Array.from({ length: 20 }, (_, index) => `more-${10 + index}`)]);
});
