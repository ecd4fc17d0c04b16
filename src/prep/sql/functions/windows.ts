import { double, listOf, long } from "../../column-type.ts";
import { differing, first, type SqlFunction, same } from "./sql-function.ts";

/** Functions of windows. */
export const windows = {
  rowNumber: same(long, "CAST(row_number()$over AS BIGINT)"),
  rank: same(long, "CAST(rank()$over AS BIGINT)"),
  ntile: same(long, "CAST(ntile($1)$over AS BIGINT)"),
  percentRank: same(double, "percent_rank()"),
  /** The share of rows that are not after the row. */
  cumulativeShare: same(double, "cume_dist()"),
  denseRank: same(long, "CAST(dense_rank()$over AS BIGINT)"),
  // Spark takes the distance as an INT alone.
  lag: same(first, "lag($1, CAST($2 AS INT))"),
  lead: same(first, "lead($1, CAST($2 AS INT))"),
  /** The values in the window, in its order; whether nulls are among them is not promised. */
  windowList: differing(([type]) => listOf(type!), "list($1)", "collect_list($1)"),
  lastValue: differing(first, "last_value($1 IGNORE NULLS)", "last_value($1, true)"),
  firstValue: differing(first, "first_value($1 IGNORE NULLS)", "first_value($1, true)"),
} satisfies Readonly<Record<string, SqlFunction>>;
