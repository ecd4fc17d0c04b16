import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, textLists, texts } from "../../example-columns.ts";
import { column as columnExpression } from "../../sql/expression.ts";
import { explode } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";

/** Rows without elements go, as with Spark's explode. */
export const explodeArray = defineTransform({
  operator: "explode_array",
  group: "Explode array",
  title: "Explode array",
  summary: "Makes a row of each element of a list.",
  params: { input_column: columnParam("list", "vector"), output_column: optionalFilledText },
  relation({ input, values }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["list", "vector"]);
    const name = values.output_column ?? `${found.name}_flatten`;
    if (input.columns.some((one) => one.name === name))
      throw new StepFault(
        `There is a column ${JSON.stringify(name)} already; give the elements another name in output_column.`,
      );
    return explode(input, columnExpression(found), name);
  },
  examples: [
    {
      inputs: [{ id: longs(1, 2, 3, 4), tags: textLists(["a", "ü"], [], null, [null]) }],
      with: { input_column: "tags" },
      gives: {
        id: longs(1, 1, 4),
        tags: textLists(["a", "ü"], ["a", "ü"], [null]),
        tags_flatten: texts("a", "ü", null),
      },
    },
  ],
});
