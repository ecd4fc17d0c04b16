import { choice, type Params, text } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { isNumeric, type TypeKind } from "../../column-type.ts";
import { defineTransform, type Transform, type TransformExample, type VariantChoice } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { call, choose, column as columnExpression, type Expression, literal, over } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { onlyColumns, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { firstAfter, type Interpolation, interpolated, interpolations, lastBefore } from "./fill.ts";
import { presentNumber } from "./frequency.ts";

const accepts: readonly TypeKind[] = ["long", "double", "text", "boolean", "date", "timestamp"];

interface Around {
  readonly partition: readonly Expression[];
  readonly order: readonly { readonly by: Expression }[];
  readonly place: Expression;
}

/** Makes the values of a column, of which the missing ones are null, from those of its series. */
type Fill = (value: Expression, around: Around, values: Readonly<Record<string, unknown>>) => Expression;

interface Strategy {
  readonly label: string;
  readonly title: string;
  readonly params: Params;
  readonly fill: Fill;
}

const strategies: readonly Strategy[] = [
  {
    label: "Constant Value",
    title: "Constant value",
    params: { hmac_custom_value: text({ required: true }) },
    fill: (value, _, { hmac_custom_value: given }) => call("coalesce", value, constantOf(given as string, value)),
  },
  {
    label: "Most common value",
    title: "Most common value",
    params: {},
    fill: (value, { partition }) => call("coalesce", value, over(call("mostCommon", value), { partition })),
  },
  { label: "Forward fill", title: "Forward fill", params: {}, fill: (value, around) => lastBefore(value, around) },
  { label: "Backward fill", title: "Backward fill", params: {}, fill: (value, around) => firstAfter(value, around) },
  {
    label: "Interpolate",
    title: "Interpolate",
    params: { hmac_interpolation_technique: choice(interpolations, { default: "linear" }) },
    fill: (value, around, { hmac_interpolation_technique: how }) => {
      if (value.type.kind !== "double" && (how === "linear" || how === "time"))
        throw new StepFault("A text has no values between others; interpolate it by ffill, bfill or nearest.");
      return interpolated(value, how as Interpolation, around);
    },
  },
];

const leftovers = ["Fill with Forward/Backward feed", "Leave as missing"] as const;

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
export const handleMissingAlongColumn: readonly Transform[] = strategies.map(({ label, title, params, fill }) =>
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
      const ranked = withColumns(relation, [{ name: "__place", value: over(call("rowNumber"), { partition, order }) }]);
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

/** The value, null where it is missing: not a number, or a text of blanks. Lines between whole numbers need doubles. */
function present(value: Expression, label: string): Expression {
  if (value.type.kind === "double" || (label === "Interpolate" && value.type.kind === "long"))
    return presentNumber(value);
  if (value.type.kind !== "text") return value;
  return choose([[call("differs", call("trimBoth", value, " "), ""), value]]);
}

function constantOf(given: string, { type }: Expression): Expression {
  if (type.kind === "text" || type.kind === "date" || type.kind === "timestamp") return literal(given, type);
  if (type.kind === "boolean" && /^(true|false)$/i.test(given)) return literal(given.toLowerCase() === "true");
  const value = given.trim() === "" ? Number.NaN : Number(given);
  const isOfType = isNumeric(type) && !Number.isNaN(value) && (type.kind === "double" || Number.isSafeInteger(value));
  if (isOfType) return literal(value, type);
  throw new StepFault(
    `The value ${JSON.stringify(given)} that fills is not of the column's type, ${type.kind}; give one that is, or parse the column as another type first.`,
  );
}
