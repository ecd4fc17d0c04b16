import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readStep } from "../read-step.ts";
import { transforms } from "../transforms/transforms.gen.ts";
import { markedText } from "./trained-model.ts";

/** Marks that Data Wrangler left in public flows. */
test.each([
  [
    "handle_outliers",
    {
      operator: "Standard deviation numeric outliers",
      standard_deviation_numeric_outliers_parameters: {
        standard_deviations: 4,
        input_column: ["trip_distance", "tip_amount"],
        fix_method: "Remove",
      },
    },
    "10b2dff28011403357a5a7dd4a37e9bea91721a8",
  ],
  [
    "encode_categorical",
    {
      operator: "One-hot encode",
      one_hot_encode_parameters: {
        invalid_handling_strategy: "Keep",
        drop_last: false,
        output_style: "Columns",
        input_column: ["genre"],
      },
    },
    "4623886b68927a4dcb437c2769f9d5234824476a",
  ],
])("the mark of %s is Data Wrangler's", (operator, parameters, mark) => {
  const { transform, values } = readStep(operator, parameters, transforms);
  const text = markedText(transform.fit!.mark!(values));
  expect(createHash("sha1").update(text).digest("hex")).toBe(mark);
});
