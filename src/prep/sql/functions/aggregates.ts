import { double, listOf, long } from "../../column-type.ts";
import { differing, first, type SqlFunction, same } from "./sql-function.ts";

/** Aggregates: nulls do not count. */
export const aggregates = {
  count: same(long, "count($1)"),
  countRows: same(long, "count(*)"),
  countDistinct: same(long, "count(DISTINCT $1)"),
  countWhere: differing(long, "count(*) FILTER (WHERE $1)", "count_if($1)"),
  sum: same(first, ({ kind }) => (kind === "long" ? "CAST(sum($1)$over AS BIGINT)" : "sum($1)")),
  /**
   * The sum of numbers from -1 to 1, each as a multiple of 2^-52: whole numbers are added, so the sum is the same in
   * whatever order and on however many threads. Null of nothing.
   */
  exactSum: differing(
    double,
    "(CAST(sum(CAST(round($1 * 4503599627370496.0::DOUBLE) AS BIGINT)) AS DOUBLE) / 4503599627370496.0::DOUBLE)",
    "(CAST(sum(CAST(CAST(round($1 * 4503599627370496.0D) AS BIGINT) AS DECIMAL(38, 0))) AS DOUBLE) / 4503599627370496.0D)",
  ),
  mean: same(double, "avg($1)"),
  minimum: same(first, "min($1)"),
  maximum: same(first, "max($1)"),
  /** Of a sample; null for one row. */
  covariance: differing(double, "covar_samp($1, $2)", "CASE WHEN count($1) > 1 THEN covar_samp($1, $2) END"),
  /** Of all rows that there are, not of a sample. */
  populationVariance: same(double, "var_pop($1)"),
  /** Of a sample, as Spark's scalers have it; null for one row. */
  standardDeviation: differing(double, "stddev_samp($1)", "CASE WHEN count($1)$over > 1 THEN stddev_samp($1)$over END"),
  variance: differing(double, "var_samp($1)", "CASE WHEN count($1)$over > 1 THEN var_samp($1)$over END"),
  /** A value that is there: the smallest whose rank is at least the fraction. */
  quantile: differing(first, "quantile_disc($1, $2)", "percentile_disc($2) WITHIN GROUP (ORDER BY $1)"),
  /** Between values, linearly. */
  interpolatedQuantile: differing(double, "quantile_cont($1, $2)", "percentile($1, $2)"),
  /** The same for each of the fractions that follow. */
  interpolatedQuantiles: differing(listOf(double), "quantile_cont($1, [$rest])", "percentile($1, array($rest))"),
  /** The values, nulls left out, in the order of the second operand. */
  collect: differing(
    ([type]) => listOf(type!),
    "list($1 ORDER BY $2) FILTER (WHERE $1 IS NOT NULL)",
    "transform(array_sort(collect_list(CASE WHEN $1 IS NOT NULL THEN struct($2 AS o, $1 AS v) END)), x -> x.v)",
  ),
  /** The value that most rows have; of several, the smallest. */
  mostCommon: differing(
    first,
    "list_sort(list_transform(map_entries(histogram($1)$over), lambda e: {c: -CAST(e.value AS BIGINT), v: e.key}))[1].v",
    "mode($1, true)",
  ),
  /** The values, nulls kept, in the order of the second operand, which no two rows have alike. */
  collectAll: differing(
    ([type]) => listOf(type!),
    "list($1 ORDER BY $2)",
    "transform(array_sort(collect_list(struct($2 AS o, $1 AS v))), x -> x.v)",
  ),
  /** The value of the row where the second operand is greatest. */
  valueAtMaximum: differing(first, "arg_max($1, $2)", "max_by($1, $2)"),
  valueAtMinimum: differing(first, "arg_min($1, $2)", "min_by($1, $2)"),

  /** The row's place among the rows of its relation, the first of which is 1. */
  rowPosition: differing(
    long,
    "row_number() OVER ()",
    "CAST(row_number() OVER (ORDER BY monotonically_increasing_id()) AS BIGINT)",
  ),
} satisfies Readonly<Record<string, SqlFunction>>;
