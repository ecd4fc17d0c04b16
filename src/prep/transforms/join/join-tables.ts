import { optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { joinRelations, joinType } from "./join-relations.ts";

const people = { id: longs(1, 2, 2, null), name: texts("Ann", "Bo", "Bö", "none") };
const cities = { id: longs(2, 3, null), city: texts("Köln", "Oslo", "nowhere") };

/** A null is equal to nothing, another null included. */
export const joinTables = defineTransform({
  operator: "join_tables",
  group: "Join",
  title: "Join",
  summary: "Puts the rows of two tables together where a column of each has the same value.",
  takes: 2,
  params: { left_column: optionalColumnParam(), right_column: optionalColumnParam(), join_type: joinType },
  relation({ inputs, values: { left_column: left, right_column: right, join_type } }) {
    return joinRelations(inputs, join_type, left && right ? [{ left, right }] : []);
  },
  examples: [
    {
      inputs: [people, cities],
      with: { left_column: "id", right_column: "id", join_type: "inner" },
      gives: { id_0: longs(2, 2), name: texts("Bo", "Bö"), id_1: longs(2, 2), city: texts("Köln", "Köln") },
      anyOrder: true,
    },
    {
      inputs: [people, cities],
      with: { left_column: "id", right_column: "id", join_type: "leftouter" },
      gives: {
        id_0: longs(1, 2, 2, null),
        name: texts("Ann", "Bo", "Bö", "none"),
        id_1: longs(null, 2, 2, null),
        city: texts(null, "Köln", "Köln", null),
      },
      anyOrder: true,
    },
    {
      inputs: [people, cities],
      with: { left_column: "id", right_column: "id", join_type: "rightouter" },
      gives: {
        id_0: longs(2, 2, null, null),
        name: texts("Bo", "Bö", null, null),
        id_1: longs(2, 2, 3, null),
        city: texts("Köln", "Köln", "Oslo", "nowhere"),
      },
      anyOrder: true,
    },
    {
      inputs: [people, cities],
      with: { left_column: "id", right_column: "id", join_type: "outer" },
      gives: {
        id_0: longs(2, 2, 1, null, null, null),
        name: texts("Bo", "Bö", "Ann", "none", null, null),
        id_1: longs(2, 2, null, null, 3, null),
        city: texts("Köln", "Köln", null, null, "Oslo", "nowhere"),
      },
      anyOrder: true,
    },
    {
      inputs: [people, cities],
      with: { left_column: "id", right_column: "id", join_type: "leftsemi" },
      gives: { id: longs(2, 2), name: texts("Bo", "Bö") },
      anyOrder: true,
    },
    {
      inputs: [people, cities],
      with: { left_column: "id", right_column: "id", join_type: "leftanti" },
      gives: { id: longs(1, null), name: texts("Ann", "none") },
      anyOrder: true,
    },
    {
      summary: "Every row with every row.",
      inputs: [{ a: longs(1, 2) }, { b: texts("x", "y") }],
      with: { join_type: "cross" },
      gives: { a: longs(1, 1, 2, 2), b: texts("x", "y", "x", "y") },
      anyOrder: true,
    },
    {
      summary: "Whole numbers are equal to numbers with a fraction of nothing.",
      inputs: [{ a: longs(1, 2) }, { b: doubles(2, 2.5) }],
      with: { left_column: "a", right_column: "b", join_type: "inner" },
      gives: { a: longs(2), b: doubles(2) },
    },
  ],
});
