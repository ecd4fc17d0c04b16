import { double, long } from "../../column-type.ts";
import { differing, first, type SqlFunction, same, wider } from "./sql-function.ts";

const otherwiseNaN = "WHEN $1 IS NOT NULL THEN CAST('NaN' AS DOUBLE) END";

/** Numbers. */
export const numbers = {
  add: same(wider, "($1 + $2)"),
  subtract: same(wider, "($1 - $2)"),
  multiply: same(wider, "($1 * $2)"),
  /** A double; null where the divisor is 0. */
  divide: same(double, "(CAST($1 AS DOUBLE) / nullif(CAST($2 AS DOUBLE), 0))"),
  /** The remainder has the sign of the dividend. */
  remainder: same(wider, "($1 % nullif($2, 0))"),
  power: same(double, "power($1, $2)"),
  negate: same(first, "(-$1)"),
  absolute: same(first, "abs($1)"),
  floor: same(long, "CAST(floor($1) AS BIGINT)"),
  ceiling: same(long, "CAST(ceil($1) AS BIGINT)"),
  /** Halves go away from zero. The digits are a literal, which Spark asks for. */
  round: same(double, "round(CAST($1 AS DOUBLE), CAST($2 AS INT))"),
  /** The same of a value as it is written: 1.005 is a half of 0.01, though the double is a little less. */
  roundWritten: differing(
    double,
    "list_transform([CAST($1 AS DOUBLE)], lambda __x: CASE WHEN abs(abs(__x * power(10, $2)) - floor(abs(__x * power(10, $2))) - 0.5) <= abs(__x * power(10, $2)) * 1e-15 THEN coalesce(CAST(round(TRY_CAST(CAST(__x AS VARCHAR) AS DECIMAL(38, 18)), CAST($2 AS INT)) AS DOUBLE), round(__x, CAST($2 AS INT))) ELSE round(__x, CAST($2 AS INT)) END)[1]",
    "round(CAST($1 AS DOUBLE), CAST($2 AS INT))",
  ),
  /** Outside of what it is known for, NaN, as Spark has it. */
  squareRoot: same(double, `CASE WHEN $1 >= 0 THEN sqrt($1) ${otherwiseNaN}`),
  naturalLogarithm: same(double, "CASE WHEN $1 > 0 THEN ln($1) END"),
  exponential: same(double, "exp($1)"),
  sine: same(double, "sin($1)"),
  cosine: same(double, "cos($1)"),
  pi: same(double, "pi()"),
  /** Halves go to the even neighbour. The digits are a literal. */
  roundToEven: differing(double, "round_even(CAST($1 AS DOUBLE), CAST($2 AS INT))", "bround($1, CAST($2 AS INT))"),
  cubeRoot: same(double, "cbrt($1)"),
  logarithm2: same(double, "CASE WHEN $1 > 0 THEN log2($1) END"),
  logarithm10: same(double, "CASE WHEN $1 > 0 THEN log10($1) END"),
  /** Of what is no number, that. */
  sign: differing(
    double,
    "CASE WHEN isnan(CAST($1 AS DOUBLE)) THEN CAST($1 AS DOUBLE) ELSE CAST(sign($1) AS DOUBLE) END",
    "CAST(sign($1) AS DOUBLE)",
  ),
  tangent: same(double, "tan($1)"),
  arcSine: same(double, `CASE WHEN $1 BETWEEN -1 AND 1 THEN asin($1) ${otherwiseNaN}`),
  arcCosine: same(double, `CASE WHEN $1 BETWEEN -1 AND 1 THEN acos($1) ${otherwiseNaN}`),
  arcTangent: same(double, "atan($1)"),
  arcTangent2: same(double, "atan2($1, $2)"),
  degrees: same(double, "degrees($1)"),
  radians: same(double, "radians($1)"),
  least: same(first, "least($*)"),
  greatest: same(first, "greatest($*)"),
} satisfies Readonly<Record<string, SqlFunction>>;
