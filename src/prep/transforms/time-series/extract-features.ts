import { boolean } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubleLists, doubles, longLists, vectors } from "../../example-columns.ts";
import { call, choose, column as columnExpression } from "../../sql/expression.ts";
import { withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { featuresOfList } from "./minimal-features.ts";
import { seriesOf } from "./series-list.ts";
import { chosenFamilies, strategyParams, withFeatures } from "./strategy.ts";

export const extractFeatures = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Extract features", block: "Extract features_parameters" }],
  group: "Time series",
  title: "Extract features",
  summary: "Makes features of the series that each cell holds.",
  params: {
    sequence_column: columnParam("list", "vector"),
    output_column: optionalFilledText,
    ...strategyParams,
    flatten: boolean({ default: true }),
  },
  relation({ input, values }) {
    const found = columnOf(input, values.sequence_column);
    needType(found, ["list", "vector"]);
    const series = seriesOf(columnExpression(found));
    const name = values.output_column ?? found.name;
    const families = chosenFamilies(values);
    const whole = values.flatten ? undefined : (values.output_column ?? `${found.name}_features`);
    if (families) return withFeatures(input, series, families, name, whole);
    const features = featuresOfList(series);
    if (values.flatten)
      return withColumns(
        input,
        features.map((one) => ({ name: `${name}__${one.name}`, value: one.value })),
      );
    const list = call("vectorOf", ...features.map(({ value }) => value));
    const value = choose([[call("isNotNull", features[0]!.value), list]]);
    return withColumns(input, [{ name: whole!, value }]);
  },
  examples: [
    {
      inputs: [{ s: doubleLists([1, 2, 6], [Number.NaN, 4], []) }],
      with: { sequence_column: "s", strategy: "Minimal subset", flatten: true },
      gives: {
        s: doubleLists([1, 2, 6], [Number.NaN, 4], []),
        s__sum_values: doubles(9, 4, null),
        s__median: doubles(2, 4, null),
        s__mean: doubles(3, 4, null),
        s__length: doubles(3, 1, null),
        s__standard_deviation: doubles(Math.sqrt(14 / 3), 0, null),
        s__variance: doubles(14 / 3, 0, null),
        s__maximum: doubles(6, 4, null),
        s__minimum: doubles(1, 4, null),
      },
    },
    {
      inputs: [{ s: longLists([4, 1], null) }],
      with: { sequence_column: "s", flatten: false },
      gives: { s: longLists([4, 1], null), s_features: vectors([5, 2.5, 2.5, 2, 1.5, 2.25, 4, 1], null) },
    },
    {
      summary: "Chosen features.",
      onDuckdbAlone: true,
      inputs: [{ s: doubleLists([1, 3, 2, 5], [Number.NaN], [2]) }],
      with: {
        sequence_column: "s",
        strategy: "Manual subset",
        "strategy_Manual subset_parameters": { features: ["mean_change", "number_peaks"] },
        output_column: "f",
      },
      gives: {
        s: doubleLists([1, 3, 2, 5], [Number.NaN], [2]),
        f__mean_change: doubles(4 / 3, null, Number.NaN),
        f__number_peaks__n_1: doubles(1, null, 0),
        f__number_peaks__n_3: doubles(0, null, 0),
        f__number_peaks__n_5: doubles(0, null, 0),
        f__number_peaks__n_10: doubles(0, null, 0),
        f__number_peaks__n_50: doubles(0, null, 0),
      },
    },
  ],
});
