import { integer } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { long } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs } from "../../example-columns.ts";
import { images } from "../../example-images.ts";
import { call, column, literal } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { explode, onlyColumns, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { notOnSpark } from "./image-operation.ts";

export const splitImage = defineTransform({
  operator: "split_image",
  group: "Image",
  title: "Split image",
  summary: "Cuts images into rows and columns, and makes a row of the table of each part.",
  params: {
    input_column: columnParam("binary"),
    rows: integer({ required: true, min: 1, max: 256 }),
    columns: integer({ required: true, min: 1, max: 256 }),
  },
  spark: notOnSpark,
  relation({ input, values }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["binary"]);
    const { relation, position } = withPosition(input);
    const parts = call("numbers", 0, values.rows * values.columns - 1);
    const rows = explode(relation, parts, "__tile");
    const at = column(rows.columns.at(-1)!);
    const size = [literal(values.rows, long), literal(values.columns, long)];
    const cut = withColumns(rows, [{ name: found.name, value: call("imageTile", column(found), ...size, at) }]);
    return onlyColumns(sort(cut, [{ by: position }, { by: at }]), input.columns);
  },
  examples: [
    {
      inputs: [{ i: images("ff0000 00ff00/0000ff ffffff"), n: longs(1) }],
      with: { input_column: "i", rows: 2, columns: 2 },
      gives: { i: images("ff0000", "00ff00", "0000ff", "ffffff"), n: longs(1, 1, 1, 1) },
    },
  ],
});
