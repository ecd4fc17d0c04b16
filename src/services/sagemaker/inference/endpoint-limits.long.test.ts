import { expect, it } from "vitest";
import {
  actual,
  create,
  describeEndpoint,
  invoke,
  untilAnswers,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";

useEndpoint();

it("a model server that starts processes or fills the disk without end is replaced, and told why", async () => {
  await create("one", { Forks: {}, Fills: { volume: 1 } });
  await untilStatus("InService");
  const instances = async () => (await actual()).serving!.variants.map(({ instances }) => instances[0]!);
  const before = await instances();
  await invoke("fork", { TargetVariant: "Forks" }).catch(() => {});
  await invoke("fill", { TargetVariant: "Fills" }).catch(() => {});
  const replaced = async () => (await instances()).map(({ id }, index) => id !== before[index]!.id);
  await expect.poll(replaced, { timeout: 100_000 }).toEqual([true, true]);
  const end = (words: string) => ({ lastEnd: { reason: expect.stringContaining(`The model server ${words}`) } });
  expect(await instances()).toMatchObject([
    end("stayed at 4096 processes and threads, the most that it may have."),
    end("took more of the disk than 1 GiB, its VolumeSizeInGB."),
  ]);
  for (const TargetVariant of ["Forks", "Fills"]) await untilAnswers(`one-${TargetVariant}: still`, { TargetVariant });
  expect(await describeEndpoint()).toMatchObject({ EndpointStatus: "InService" });
}, 150_000);
