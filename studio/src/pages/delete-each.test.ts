import { expect, test } from "vitest";
import { deleteEach } from "./delete-each.ts";

test("what is refused stays, with its reason; the others go", async () => {
  const asked: string[] = [];
  const remove = async (name: string) => {
    asked.push(name);
    if (name === "used") throw new Error("It is used by churn.");
  };
  expect(await deleteEach(["one", "used", "two"], remove)).toEqual({
    gone: ["one", "two"],
    kept: [{ thing: "used", reason: "It is used by churn." }],
  });
  expect(asked).toEqual(["one", "used", "two"]);
});

test("what is ended in between leaves the rest", async () => {
  const ending = new AbortController();
  const deleted = await deleteEach(
    ["one", "two", "three"],
    async (name) => name === "two" && ending.abort(),
    ending.signal,
  );
  expect(deleted).toEqual({ gone: ["one", "two"], kept: [{ thing: "three", reason: "It was not begun." }] });
});
