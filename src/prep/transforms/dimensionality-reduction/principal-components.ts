import { boolean, choice, integer, number } from "../../../base/params.ts";
import { symmetricEigen } from "../../../ml/kernels/symmetric-eigen.ts";
import { columnsParam } from "../../column-param.ts";
import { double } from "../../column-type.ts";
import { defineTransform, type Json } from "../../define-transform.ts";
import { doubles, longs, texts, vectors } from "../../example-columns.ts";
import { allOf, as, call, choose, column as columnExpression, type Expression, literal } from "../../sql/expression.ts";
import { aggregate, filter, type Named, type Relation, withColumns, without } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { finite } from "../process-numeric/finite.ts";

const maxInputs = 200;
const defaultVariance = 95;

interface Components {
  readonly [name: string]: Json;
  readonly means: readonly number[];
  /** What each column is divided by. */
  readonly scales: readonly number[];
  /** Of each component, the weight of each column. */
  readonly weights: readonly (readonly number[])[];
}

const columnsOf = (input: Relation, names: readonly string[]): readonly Expression[] => {
  if (names.length > maxInputs)
    throw new StepFault(`The step has ${names.length} columns, and takes at most ${maxInputs}; leave some out.`);
  return names.map((name) => {
    const found = columnOf(input, name);
    needType(found, ["long", "double"]);
    return finite(as(columnExpression(found), double));
  });
};

/** Rows in which a number is missing do not count, and have no components. */
export const principalComponents = defineTransform({
  operator: "pca",
  group: "Dimensionality reduction",
  title: "Principal component analysis",
  summary: "Makes few columns of many that hold most of their variance.",
  params: {
    input_columns: columnsParam("long", "double"),
    number_of_components: integer({ min: 1, max: maxInputs }),
    variance_threshold_percentage: number({ above: 0, max: 100 }),
    center: boolean({ default: true }),
    scale: boolean({ default: true }),
    output_format: choice(["Columns", "Vector"], { default: "Columns" }),
    output_column: optionalFilledText,
    keep_input_columns: boolean({ default: false }),
  },
  fit: {
    asks: (input, values) => {
      if (values.number_of_components !== undefined && values.variance_threshold_percentage !== undefined)
        throw new StepFault("The step has a number of components and a variance threshold; give one of them.");
      const columns = columnsOf(input, values.input_columns);
      const rows = filter(input, allOf(columns.map((one) => call("isNotNull", one))));
      const moments = columns.flatMap((one, i): readonly Named[] => [
        { name: `mean_${i}`, value: call("mean", one) },
        ...columns
          .slice(i)
          .map((other, j) => ({ name: `covariance_${i}_${i + j}`, value: call("covariance", one, other) })),
      ]);
      return { moments: aggregate(rows, [], moments) };
    },
    learn: ({ moments }, values): Components => {
      const row = moments?.[0] ?? {};
      const columns = values.input_columns.map((_, index) => index);
      const covariance = (i: number, j: number) => Number(row[`covariance_${Math.min(i, j)}_${Math.max(i, j)}`] ?? 0);
      const deviation = (i: number) => (values.scale ? Math.sqrt(covariance(i, i)) : 1);
      // A column without deviation says nothing.
      const scales = columns.map((i) => deviation(i) || 1);
      const matrix = columns.map((i) => columns.map((j) => covariance(i, j) / scales[i]! / scales[j]!));
      const pairs = symmetricEigen(matrix);
      const wanted = Math.min(
        values.number_of_components ??
          countFor(
            pairs.map(({ value }) => value),
            values,
          ),
        columns.length,
      );
      return {
        means: columns.map((i) => (values.center ? Number(row[`mean_${i}`] ?? 0) : 0)),
        scales,
        weights: pairs.slice(0, wanted).map(({ vector }) => vector),
      };
    },
  },
  relation({ input, values, learned: { means, scales, weights } }) {
    const columns = columnsOf(input, values.input_columns).map((one, i) =>
      call("divide", call("subtract", one, literal(means[i]!, double)), literal(scales[i]!, double)),
    );
    const components = weights.map((one) =>
      columns
        .map((value, i) => call("multiply", value, literal(one[i]!, double)))
        .reduce((left, right) => call("add", left, right)),
    );
    const name = values.output_column ?? "pca";
    const made =
      values.output_format === "Vector"
        ? [{ name, value: choose([[call("isNotNull", components[0]!), call("vectorOf", ...components)]]) }]
        : components.map((value, index) => ({ name: `${name}_${index}`, value }));
    const whole = withColumns(input, made);
    const gone = values.input_columns.filter((one) => !made.some((other) => other.name === one));
    return values.keep_input_columns ? whole : without(whole, gone);
  },
  examples: [
    {
      summary: "Two columns on a line are one.",
      inputs: [{ a: longs(1, 2, 3, null), b: doubles(2, 4, 6, 1), t: texts("x", "y", "z", "ü") }],
      with: { input_columns: ["a", "b"], variance_threshold_percentage: 95 },
      gives: { t: texts("x", "y", "z", "ü"), pca_0: doubles(-Math.SQRT2, 0, Math.SQRT2, null) },
    },
    {
      summary: "As they are, without their middle or deviation taken away.",
      inputs: [{ a: doubles(1, -1, 0, 0), b: doubles(0, 0, 2, -2) }],
      with: {
        input_columns: ["a", "b"],
        number_of_components: 2,
        center: false,
        scale: false,
        output_format: "Vector",
        output_column: "v",
        keep_input_columns: true,
      },
      gives: {
        a: doubles(1, -1, 0, 0),
        b: doubles(0, 0, 2, -2),
        v: vectors([0, 1], [0, -1], [2, 0], [-2, 0]),
      },
    },
  ],
});

function countFor(variances: readonly number[], values: { variance_threshold_percentage?: number }): number {
  const whole = variances.reduce((sum, one) => sum + one, 0);
  const wanted = ((values.variance_threshold_percentage ?? defaultVariance) / 100) * whole;
  let sum = 0;
  const found = variances.findIndex((one) => {
    sum += one;
    return sum >= wanted * (1 - 1e-12);
  });
  return found < 0 ? variances.length : found + 1;
}
