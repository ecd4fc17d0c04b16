import { expect, it } from "vitest";
import { createParts } from "./part.ts";

const list = [{ name: "store" }, { name: "engine" }] as const;

function opened(done: string[], fail = "") {
  const parts = createParts<"store" | "engine">(list);
  const act = (what: string) => () => {
    done.push(what);
    if (what === fail) throw new Error(what);
  };
  for (const { name } of list)
    parts.add(name, { start: act(`start ${name}`), clear: act(`clear ${name}`), close: act(`close ${name}`) });
  return parts;
}

it("starts in the list's order, clears and closes in the reverse order", async () => {
  const done: string[] = [];
  const parts = opened(done);
  await parts.start();
  await parts.clear();
  await parts.close({ endRuns: true });
  expect(done.map((what) => what.split(" ")[1])).toEqual(["store", "engine", "engine", "store", "engine", "store"]);
});

it("closes the others when one cannot be closed, and throws its error", async () => {
  const done: string[] = [];
  await expect(opened(done, "close engine").close({ endRuns: true })).rejects.toThrow("close engine");
  expect(done).toEqual(["close engine", "close store"]);
});

it("refuses a part out of order, and to start before all are open", async () => {
  const parts = createParts<"store" | "engine">(list);
  expect(() => parts.add("engine", {})).toThrow("The part engine is opened where the list has store.");
  parts.add("store", {});
  await expect(parts.start()).rejects.toThrow("engine");
  parts.add("engine", {});
  expect(() => parts.add("engine", {})).toThrow("its end");
});
