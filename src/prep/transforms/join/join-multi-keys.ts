import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { recordsParam } from "../../record-param.ts";
import { filledText } from "../../text-param.ts";
import { joinRelations, joinType } from "./join-relations.ts";

export const joinMultiKeys = defineTransform({
  operator: "join_multi_keys",
  group: "Join",
  title: "Join by several columns",
  summary: "Puts the rows of two tables together where up to ten columns of each have the same values.",
  takes: 2,
  params: {
    join_keys: recordsParam({ left: filledText, right: filledText }, { min: 1, max: 10 }),
    join_type: joinType,
  },
  relation: ({ inputs, values: { join_keys, join_type } }) => joinRelations(inputs, join_type, join_keys),
  examples: [
    {
      inputs: [
        { item: texts("a", "a", "b", null), place: longs(1, 2, 1, 1), sold: longs(10, 20, 30, 40) },
        { item: texts("a", "b", null), at: longs(1, 1, 1), bought: longs(7, 8, 9) },
      ],
      with: {
        join_keys: [
          { left: "item", right: "item" },
          { left: "place", right: "at" },
        ],
        join_type: "leftouter",
      },
      gives: {
        item_0: texts("a", "a", "b", null),
        place: longs(1, 2, 1, 1),
        sold: longs(10, 20, 30, 40),
        item_1: texts("a", null, "b", null),
        at: longs(1, null, 1, null),
        bought: longs(7, null, 8, null),
      },
      anyOrder: true,
    },
  ],
});
