import { choice, type Params, text } from "../../../base/params.ts";
import { isNumeric } from "../../column-type.ts";
import { call, choose, type Expression, literal, over } from "../../sql/expression.ts";
import { StepFault } from "../../step-fault.ts";
import { firstAfter, type Interpolation, interpolated, interpolations, lastBefore } from "./fill.ts";
import { presentNumber } from "./frequency.ts";

export interface Around {
  readonly partition: readonly Expression[];
  readonly order: readonly { readonly by: Expression }[];
  readonly place: Expression;
}

/** Makes the values of a column, of which the missing ones are null, from those of its series. */
type Fill = (value: Expression, around: Around, values: Readonly<Record<string, unknown>>) => Expression;

export interface Strategy {
  readonly label: string;
  readonly title: string;
  readonly params: Params;
  readonly fill: Fill;
}

/** The ways to fill a series; `prefix` begins the names of their parameters in flows. */
export const strategiesOf = (prefix: string): readonly Strategy[] => [
  {
    label: "Constant Value",
    title: "Constant value",
    params: { [`${prefix}_custom_value`]: text({ required: true }) },
    fill: (value, _, values) => call("coalesce", value, constantOf(values[`${prefix}_custom_value`] as string, value)),
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
    params: { [`${prefix}_interpolation_technique`]: choice(interpolations, { default: "linear" }) },
    fill: (value, around, values) => {
      const how = values[`${prefix}_interpolation_technique`] as Interpolation;
      if (value.type.kind !== "double" && (how === "linear" || how === "time"))
        throw new StepFault("A text has no values between others; interpolate it by ffill, bfill or nearest.");
      return interpolated(value, how, around);
    },
  },
];

export const leftovers = ["Fill with Forward/Backward feed", "Leave as missing"] as const;

/** The value, null where it is missing: not a number, or a text of blanks. Lines between whole numbers need doubles. */
export function present(value: Expression, label: string): Expression {
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
