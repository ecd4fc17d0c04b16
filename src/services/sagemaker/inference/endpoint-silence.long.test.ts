import { expect, it } from "vitest";
import {
  actual,
  context,
  create,
  describeEndpoint,
  invoke,
  logGroupName,
  serverOf,
  told,
  untilAnswers,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";

useEndpoint();

/** Each of these waits for pings, so that they wait together, each with a variant of its own. */
it("a model server that is silent is replaced, with the reason; one that computes is not", async () => {
  await create("one", { Stopped: {}, Locked: {}, Busy: {} });
  await untilStatus("InService");
  const instances = async () => (await actual()).serving!.variants.map(({ instances }) => instances[0]!);
  const before = await instances();
  const [stopped, locked, busy] = before;
  process.kill(serverOf(stopped!.runId!), "SIGSTOP");
  const hung = invoke("hang", { TargetVariant: "Locked" }).catch(() => {});
  const computed = invoke("compute 9", { TargetVariant: "Busy" });
  const replaced = async () => (await instances()).map(({ id }, index) => id !== before[index]!.id);
  // A server that seems idle is pinged every 20 s, and then has three pings.
  await expect.poll(replaced, { timeout: 40_000 }).toEqual([true, true, false]);
  await hung;
  expect((await computed).text).toBe("one-Busy: compute 9");
  expect((await instances())[2]).toEqual(busy);

  const reason = expect.stringMatching(/^The model server has not answered 3 pings in a row, each within 2 s\./);
  const now = await instances();
  const { ProductionVariants } = await describeEndpoint();
  for (const [index, { id }] of [stopped!, locked!].entries()) {
    expect(now[index]).toMatchObject({ lastEnd: { reason } });
    const logStreamNames = [`${ProductionVariants![index]!.VariantName}/${id}`];
    const { events } = await context.call("logs", "FilterLogEvents", { logGroupName, logStreamNames });
    expect(events!.map(({ message }) => message)).toContainEqual(reason);
    if (!(await instances())[index]!.ready && !now[index]!.ready)
      expect(ProductionVariants![index]).toMatchObject({
        CurrentInstanceCount: 0,
        DesiredInstanceCount: 1,
        VariantStatus: [{ Status: "Creating", StatusMessage: reason, StartTime: expect.any(Date) }],
      });
  }
  for (const TargetVariant of ["Stopped", "Locked"])
    await untilAnswers(`one-${TargetVariant}: still`, { TargetVariant });
  for (const { VariantStatus } of (await describeEndpoint()).ProductionVariants!) expect(VariantStatus).toBeUndefined();
  const silent = expect.stringContaining("The model server has not answered 3 pings in a row");
  expect(told).toEqual([silent, silent]);
}, 60_000);
