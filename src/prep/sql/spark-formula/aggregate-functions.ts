import { call, type Expression, literal } from "../expression.ts";
import { toBoolean, toDouble } from "./coerce.ts";
import { type FormulaFunction, numberOf } from "./formula-function.ts";

const overRows = (count: number, make: FormulaFunction["make"]): FormulaFunction => ({
  takes: [count, count],
  over: "rows",
  make,
});
const ofWindow = (min: number, max: number, make: FormulaFunction["make"]): FormulaFunction => ({
  takes: [min, max],
  over: "window",
  make,
});
const every = overRows(1, ([one]) => call("minimum", toBoolean(one!)));
const some = overRows(1, ([one]) => call("maximum", toBoolean(one!)));

/** Functions of several rows, besides the most usual ones (`formula-functions.ts`). */
export const aggregateFunctions: Readonly<Record<string, FormulaFunction>> = {
  count_if: overRows(1, ([one]) => call("countWhere", toBoolean(one!))),
  // Exact, where Spark only comes near.
  approx_count_distinct: overRows(1, ([one]) => call("countDistinct", one!)),
  bool_and: every,
  every,
  bool_or: some,
  some,
  any_value: overRows(1, ([one]) => call("minimum", one!)),
  mode: overRows(1, ([one]) => call("mostCommon", one!)),
  max_by: overRows(2, ([one, by]) => call("valueAtMaximum", one!, by!)),
  min_by: overRows(2, ([one, by]) => call("valueAtMinimum", one!, by!)),
  var_pop: overRows(1, ([one]) => call("populationVariance", toDouble(one!))),
  covar_samp: overRows(2, ([one, other]) => call("covariance", toDouble(one!), toDouble(other!))),
  percentile: overRows(2, ([one, share]) => call("interpolatedQuantile", toDouble(one!), shareOf(share!))),
  ntile: ofWindow(1, 1, ([count]) => call("ntile", literal(numberOf(count!, "The groups of ntile")))),
  percent_rank: ofWindow(0, 0, () => call("percentRank")),
  cume_dist: ofWindow(0, 0, () => call("cumulativeShare")),
};

const shareOf = (one: Expression): number => numberOf(one, "The share of percentile");
