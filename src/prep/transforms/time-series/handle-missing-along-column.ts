import { choice } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import type { TypeKind } from "../../column-type.ts";
import { defineTransform, type Transform, type TransformExample, type VariantChoice } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { call, column as columnExpression, over } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { onlyColumns, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { firstAfter, lastBefore } from "./fill.ts";
import { leftovers, present, strategiesOf } from "./missing-strategies.ts";

const accepts: readonly TypeKind[] = ["long", "double", "text", "boolean", "date", "timestamp"];

const labelled = (label: string): readonly VariantChoice[] => [
  { name: "operator", is: "Handle missing", block: "Handle missing_parameters" },
  { name: "hm_input_type", is: "Along column", block: "hm_input_type_Along column_parameters" },
  { name: "hmac_strategy", is: label, block: `hmac_strategy_${label}_parameters` },
];

const examples: Readonly<Record<string, readonly TransformExample[]>> = {
  "Constant Value": [
    {
      inputs: [{ at: longs(1, 2, 3), x: doubles(1.5, null, Number.NaN) }],
      with: {
        hmac_sequence_column: "x",
        hmac_timestamp_column: "at",
        hmac_custom_value: "0.0",
        hmac_output_column: "",
      },
      gives: { at: longs(1, 2, 3), x: doubles(1.5, 0, 0) },
    },
  ],
  "Most common value": [
    {
      summary: "Of the series; a blank text is missing.",
      inputs: [{ id: texts("a", "a", "a", "b"), at: longs(1, 2, 3, 1), t: texts("x", " ", "x", null) }],
      with: { hmac_sequence_column: "t", hmac_timestamp_column: "at", hmac_id_column: "id" },
      gives: { id: texts("a", "a", "a", "b"), at: longs(1, 2, 3, 1), t: texts("x", "x", "x", null) },
    },
  ],
  "Forward fill": [
    {
      summary: "What comes before all is left, unless both ways are asked for.",
      inputs: [{ at: longs(3, 1, 2, 4), n: longs(7, null, 5, null) }],
      with: { hmac_sequence_column: "n", hmac_timestamp_column: "at", hmac_output_column: "filled" },
      gives: { at: longs(3, 1, 2, 4), n: longs(7, null, 5, null), filled: longs(7, null, 5, 7) },
    },
    {
      inputs: [{ at: longs(1, 2), n: longs(null, 5) }],
      with: {
        hmac_sequence_column: "n",
        hmac_timestamp_column: "at",
        hmac_leftovernans: "Fill with Forward/Backward feed",
      },
      gives: { at: longs(1, 2), n: longs(5, 5) },
    },
  ],
  "Backward fill": [
    {
      inputs: [{ id: texts("a", "a", "b"), at: longs(1, 2, 3), n: longs(null, 5, 6) }],
      with: { hmac_sequence_column: "n", hmac_timestamp_column: "at", hmac_id_column: "id" },
      gives: { id: texts("a", "a", "b"), at: longs(1, 2, 3), n: longs(5, 5, 6) },
    },
  ],
  Interpolate: [
    {
      inputs: [{ at: longs(1, 2, 3, 4, 5), n: longs(null, 2, null, 4, null) }],
      with: { hmac_sequence_column: "n", hmac_timestamp_column: "at", hmac_interpolation_technique: "linear" },
      gives: { at: longs(1, 2, 3, 4, 5), n: doubles(null, 2, 3, 4, 4) },
    },
  ],
};

/** The order of the rows stays; that of the times says what comes before. */
export const handleMissingAlongColumn: readonly Transform[] = strategiesOf("hmac").map(
  ({ label, title, params, fill }) =>
    defineTransform({
      operator: "time_series",
      variant: labelled(label),
      group: "Time series",
      title: `Handle missing along column: ${title}`,
      summary: "Fills the missing values of a series in a column.",
      params: {
        hmac_sequence_column: columnParam(...accepts),
        hmac_timestamp_column: columnParam(),
        hmac_id_column: optionalColumnParam(),
        hmac_output_column: optionalFilledText,
        hmac_leftovernans: choice(leftovers, { default: "Leave as missing" }),
        ...params,
      },
      relation({ input, values }) {
        const sequence = columnOf(input, values.hmac_sequence_column as string);
        needType(sequence, accepts);
        const id = values.hmac_id_column as string | undefined;
        const { relation, position } = withPosition(input);
        const partition = id === undefined ? [] : [columnExpression(columnOf(input, id))];
        const order = [
          { by: columnExpression(columnOf(input, values.hmac_timestamp_column as string)) },
          { by: position },
        ];
        const ranked = withColumns(relation, [
          { name: "__place", value: over(call("rowNumber"), { partition, order }) },
        ]);
        const place = columnExpression(ranked.columns.find(({ name }) => name === "__place")!);
        const around = { partition, order: [{ by: place }], place };
        const filled = fill(present(columnExpression(sequence), label), around, values);
        const name = (values.hmac_output_column as string | undefined) ?? sequence.name;
        const made = withColumns(ranked, [{ name: "__filled", value: filled }]);
        const once = columnExpression({ name: "__filled", type: filled.type });
        const both = call("coalesce", once, lastBefore(once, around), firstAfter(once, around));
        const isLeft = values.hmac_leftovernans === "Leave as missing";
        const result = withColumns(made, [{ name, value: isLeft ? once : both }]);
        const kept = result.columns.filter(
          (one) => !["__place", "__filled"].includes(one.name) && one.name !== (position as { name: string }).name,
        );
        return onlyColumns(sort(result, [{ by: position }]), kept);
      },
      examples: examples[label]!,
    }),
);
