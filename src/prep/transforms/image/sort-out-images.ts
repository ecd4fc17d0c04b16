import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs } from "../../example-columns.ts";
import { images } from "../../example-images.ts";
import { call, column, over } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { filter, onlyColumns, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { notOnSpark } from "./image-operation.ts";

export const dropCorruptedImages = defineTransform({
  operator: "drop_corrupted_images",
  group: "Image",
  title: "Drop corrupted images",
  summary: "Leaves out rows whose image is missing or cannot be read.",
  params: { input_column: columnParam("binary") },
  spark: notOnSpark,
  relation({ input, values }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["binary"]);
    return filter(input, call("isNotNull", call("imageSize", column(found))));
  },
  examples: [
    {
      inputs: [{ i: images("ff0000", "no image", null), n: longs(1, 2, 3) }],
      with: { input_column: "i" },
      gives: { i: images("ff0000"), n: longs(1) },
    },
  ],
});

export const dropImageDuplicates = defineTransform({
  operator: "drop_image_duplicates",
  group: "Image",
  title: "Drop image duplicates",
  summary: "Leaves the first of rows whose images have the same pixels.",
  params: { input_column: columnParam("binary") },
  spark: notOnSpark,
  relation({ input, values }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["binary"]);
    const { relation, position } = withPosition(input);
    const marked = withColumns(relation, [{ name: "__same", value: call("imageFingerprint", column(found)) }]);
    const mark = column(marked.columns.at(-1)!);
    const rank = over(call("rowNumber"), { partition: [mark], order: [{ by: position }] });
    const ranked = withColumns(marked, [{ name: "__rank", value: rank }]);
    const first = call("equals", column(ranked.columns.at(-1)!), 1);
    const kept = filter(ranked, call("or", call("isNull", mark), first));
    return onlyColumns(sort(kept, [{ by: position }]), input.columns);
  },
  examples: [
    {
      summary: "What cannot be read stays.",
      inputs: [{ i: images("ff0000", "00ff00", "ff0000", "no image", "no image"), n: longs(1, 2, 3, 4, 5) }],
      with: { input_column: "i" },
      gives: { i: images("ff0000", "00ff00", "no image", "no image"), n: longs(1, 2, 4, 5) },
    },
  ],
});
