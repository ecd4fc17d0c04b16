import { expect, test } from "vitest";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { objectsWithin } from "./partition-objects.ts";

const days = Array.from({ length: 60 }, (_, day) => ({ bucket: "lake", prefix: `t/day=${day}/` }));
const root = { bucket: "lake", prefix: "t/" };

/** A store with these keys, two to a page. */
function contextWith(keys: readonly string[], asked: string[] = []): Context {
  const call = async (_service: string, _operation: string, input: { Prefix: string; ContinuationToken?: string }) => {
    const from = Number(input.ContinuationToken ?? 0);
    asked.push(input.Prefix);
    return {
      Contents: keys.slice(from, from + 2).map((Key) => ({ Key, Size: Key.endsWith("/") ? 0 : 5 })),
      ...(from + 2 < keys.length && { NextContinuationToken: String(from + 2) }),
    };
  };
  return { call } as unknown as Context;
}

test("objects of many folders are those that each would list", async () => {
  const keys = ["t/day=0/", "t/day=0/a", "t/day=0/more/b", "t/day=1/_tmp/c", "t/day=1/d", "t/other/e", "t/f"];
  const found = await objectsWithin(contextWith(keys), root, [...days, { bucket: "lake", prefix: "t/day=0/more/" }]);
  const keysOf = (prefix: string) => found?.get(prefix)?.map(({ key }) => key);
  expect(keysOf("t/day=0/")).toEqual(["t/day=0/a", "t/day=0/more/b"]);
  expect(keysOf("t/day=0/more/")).toEqual(["t/day=0/more/b"]);
  expect(keysOf("t/day=1/")).toEqual(["t/day=1/d"]);
  expect(keysOf("t/day=2/")).toEqual([]);
});

test("each is listed by itself where they are few, lie elsewhere, are less than the rest, or may not be listed together", async () => {
  const asked: string[] = [];
  const context = contextWith(["t/day=0/a"], asked);
  expect(await objectsWithin(context, root, days.slice(0, 10))).toBeUndefined();
  const elsewhere = days.map(({ prefix }) => ({ bucket: "other", prefix }));
  expect(await objectsWithin(context, root, elsewhere)).toBeUndefined();
  expect(asked).toEqual([]);
  const others = Array.from({ length: 1_000 }, (_, index) => `t/others/${index}`);
  expect(await objectsWithin(contextWith(others, asked), root, days)).toBeUndefined();
  expect(asked.length).toBe(15);
  const call = async () => {
    throw new Fault("AccessDenied", "no", { status: 403 });
  };
  expect(await objectsWithin({ call } as unknown as Context, root, days)).toBeUndefined();
});
