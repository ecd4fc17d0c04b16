import { describe, expect, it } from "vitest";
import { long } from "../column-type.ts";
import { call, column, over } from "./expression.ts";
import { isUnordered } from "./is-unordered.ts";
import { aggregate, distinct, filter, limit, named, type Relation, select, sort, table, union } from "./relation.ts";

const n = { name: "n", type: long };
const rows = table("rows", [n]);
const positive = (input: Relation) => filter(input, call("greater", column(n), 0));
const numbered = (input: Relation) => select(input, [{ name: "place", value: call("rowPosition") }]);
const ranked = (input: Relation) =>
  select(input, [{ name: "rank", value: over(call("rowNumber"), { order: [{ by: column(n) }] }) }]);

describe("whether the rows of a relation may come in any order", () => {
  it.each<[string, Relation, boolean]>([
    ["those of a table have one", rows, false],
    ["those that are left of a table have it", positive(rows), false],
    ["distinct rows have none", distinct(rows), true],
    ["nor what is made of each of them", select(positive(distinct(positive(rows))), named([n])), true],
    ["nor several of them", union([distinct(rows), distinct(rows)]), true],
    ["rows of a table among them have one", union([distinct(rows), rows]), false],
    ["they are sorted again", sort(distinct(rows), [{ by: column(n) }]), false],
    ["their places are asked for", numbered(distinct(rows)), false],
    ["they have ranks", ranked(distinct(rows)), false],
    ["the first of them are taken before", distinct(limit(rows, 5)), false],
    ["they had places before", distinct(numbered(rows)), false],
    ["they are counted", aggregate(distinct(rows), [], [{ name: "count", value: call("countRows") }]), false],
  ])("%s", (_, relation, is) => {
    expect(isUnordered(relation, () => false)).toBe(is);
  });

  it("of tables, whoever keeps them says it", () => {
    expect(isUnordered(positive(rows), (name) => name === "rows")).toBe(true);
    expect(isUnordered(numbered(rows), () => true)).toBe(false);
  });
});
