import { boolean, text } from "../../column-type.ts";
import { differing, first, type SqlFunction, same } from "./sql-function.ts";

/** Logic and comparison. */
export const logic = {
  and: same(boolean, "($1 AND $2)"),
  or: same(boolean, "($1 OR $2)"),
  not: same(boolean, "(NOT $1)"),
  equals: same(boolean, "($1 = $2)"),
  differs: same(boolean, "($1 <> $2)"),
  less: same(boolean, "($1 < $2)"),
  lessOrEqual: same(boolean, "($1 <= $2)"),
  greater: same(boolean, "($1 > $2)"),
  greaterOrEqual: same(boolean, "($1 >= $2)"),
  isNull: same(boolean, "($1 IS NULL)"),
  isNotNull: same(boolean, "($1 IS NOT NULL)"),
  isNaN: differing(boolean, "isnan($1)", "($1 = double('NaN'))"),
  coalesce: same(first, "coalesce($*)"),
  nullIf: same(first, "nullif($1, $2)"),
  /** Fails the query with a message where it is looked at. */
  fail: differing(text, "CAST(error($1) AS VARCHAR)", "CAST(raise_error($1) AS STRING)"),
  /** Equal, or both null; never null. */
  same: same(boolean, "($1 IS NOT DISTINCT FROM $2)"),
  /** The first operand is among the others. */
  among: same(boolean, "($1 IN ($rest))"),
} satisfies Readonly<Record<string, SqlFunction>>;
