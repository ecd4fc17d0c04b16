import { expect, test } from "vitest";
import { valueAt, withValueAt } from "./path.ts";

test("a value is found through structures and lists", () => {
  expect(valueAt({ A: [{ B: 1 }] }, "A.0.B")).toBe(1);
  expect(valueAt({ A: undefined }, "A.0.B")).toBeUndefined();
});

test("a change makes what is above it, and takes it away with its last value", () => {
  const one = withValueAt(undefined, ["A", "B"], "x");
  expect(one).toEqual({ A: { B: "x" } });
  expect(withValueAt({ ...(one as object), C: 1 }, ["A", "B"], "")).toEqual({ C: 1 });
  expect(withValueAt({ A: [{ B: 1 }, { B: 2 }] }, ["A", "1", "B"], 3)).toEqual({ A: [{ B: 1 }, { B: 3 }] });
  expect(withValueAt({ A: [{ B: 1 }] }, ["A", "0", "B"], undefined)).toEqual({ A: [{}] });
});
