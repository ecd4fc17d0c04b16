import { boolean, double, listOf, long, sparseVector, text, vector } from "../../column-type.ts";
import { differing, element, first, type SqlFunction } from "./sql-function.ts";

/** Lists. */
export const lists = {
  listOf: differing((types) => listOf(types[0] ?? text), "[$*]", "array($*)"),
  vectorOf: differing(vector, "CAST([$*] AS DOUBLE[])", "CAST(array($*) AS ARRAY<DOUBLE>)"),
  /** The first is 1; null outside. */
  elementAt: differing(element, "$1[$2]", "try_element_at($1, CAST($2 AS INT))"),
  listLength: differing(long, "CAST(len($1) AS BIGINT)", "CAST(size($1) AS BIGINT)"),
  /** From the first position up to the second one, both included. */
  slice: differing(first, "$1[$2:$3]", "slice($1, CAST($2 AS INT), greatest(0, CAST($3 - $2 + 1 AS INT)))"),
  listConcat: differing(first, "($1 || $2)", "concat($1, $2)"),
  /** The first place of the second operand in the list, the first of which is 1; null where it is not there. */
  placeIn: {
    ...differing(
      long,
      "CASE WHEN $2 IS NOT NULL THEN nullif(CAST(list_position($1, $2) AS BIGINT), 0) END",
      "nullif(CAST(array_position($1, $2) AS BIGINT), 0)",
    ),
    // It is found by a hash, and not by a walk along the list.
    duckdbOfTexts: "(CAST(enum_code(TRY_CAST($2 AS ENUM($texts))) AS BIGINT) + 1)",
  },
  /** Null where a list without the value has a null. */
  contains: differing(
    boolean,
    "(list_contains($1, $2) OR CASE WHEN coalesce(list_position($1, NULL), 0) > 0 THEN NULL ELSE false END)",
    "array_contains($1, $2)",
  ),
  /** Whole numbers from the first to the second, both included; none when the second is less. */
  numbers: differing(
    listOf(long),
    "generate_series(CAST($1 AS BIGINT), CAST($2 AS BIGINT))",
    "CASE WHEN $2 >= $1 THEN sequence(CAST($1 AS BIGINT), CAST($2 AS BIGINT)) WHEN $2 < $1 THEN CAST(array() AS ARRAY<BIGINT>) END",
  ),

  /** Of numbers; 0 of none. Nulls do not count. */
  listSum: differing(
    double,
    "CASE WHEN $1 IS NOT NULL THEN coalesce(list_sum($1), 0) END",
    "aggregate(filter($1, x -> x IS NOT NULL), 0D, (a, x) -> a + x)",
  ),
  listMinimum: differing(element, "list_min($1)", "array_min($1)"),
  listMaximum: differing(element, "list_max($1)", "array_max($1)"),
  listSort: differing(first, "list_sort($1)", "array_sort($1)"),
  /** In no order that is promised. */
  listDistinct: differing(first, "list_distinct($1)", "array_distinct($1)"),
  /** Of its size, the places and the values. */
  sparseVectorOf: differing(
    sparseVector,
    "{'size': $1, 'indices': $2, 'values': $3}",
    "named_struct('size', $1, 'indices', $2, 'values', $3)",
  ),
} satisfies Readonly<Record<string, SqlFunction>>;
