/** What is the same for each number type that has it. */
const each = (types: readonly string[], line: (type: string) => string): string => types.map(line).join("\n");
const integers = ["tinyint", "smallint", "integer", "bigint"];
const digits: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };
const numbers = [...integers, "real", "double"];

const nan = "CAST('NaN' AS DOUBLE)";
/** DuckDB refuses what is outside a function's domain, where Trino has NaN. */
const within = (range: string, call: string): string =>
  `CASE WHEN ${range} THEN ${call} WHEN $1 IS NOT NULL THEN ${nan} END`;
export const logarithm = (call: string): string =>
  `CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 > 0 THEN ${call} WHEN $1 IS NOT NULL THEN ${nan} END`;

const wilson = (sign: string): string =>
  `(($1 / $2 + $3 * $3 / (2 * $2) ${sign} $3 * sqrt($1 / $2 * (1 - $1 / $2) / $2 + $3 * $3 / (4 * $2 * $2))) / (1 + $3 * $3 / $2))`;

export const mathTable = `
${each(numbers, (type) => `abs(${type}) -> ${type} = abs($1)`)}
abs(decimal(p,s)) -> decimal(p,s) = abs($1)
${each(integers, (type) => `ceil(${type}) -> ${type} = $1`)}
${each(integers, (type) => `ceiling(${type}) -> ${type} = $1`)}
${each(integers, (type) => `floor(${type}) -> ${type} = $1`)}
${each(integers, (type) => `round(${type}) -> ${type} = $1`)}
${each(integers, (type) => `sign(${type}) -> ${type} = CAST(sign($1) AS $r)`)}
ceil(decimal(p,s)) -> decimal(p - s + min(s, 1), 0) = CAST(ceil($1) AS $r)
ceiling(decimal(p,s)) -> decimal(p - s + min(s, 1), 0) = CAST(ceil($1) AS $r)
floor(decimal(p,s)) -> decimal(p - s + min(s, 1), 0) = CAST(floor($1) AS $r)
round(decimal(p,s)) -> decimal(min(38, p - s + min(s, 1)), 0) = CAST($1 AS $r)
${each(integers, (type) => `truncate(${type}) -> decimal(${digits[type]},0) = CAST($1 AS $r)`)}
${each(integers, (type) => `truncate(${type}, integer) -> decimal(${digits[type]},0) = CAST(trino_truncate(CAST($1 AS $r), $2) AS $r)`)}
truncate(decimal(p,s), integer) -> decimal(p,s) = CAST(trino_truncate($1, $2) AS $r)
truncate(decimal(p,s)) -> decimal(max(p - s, 1), 0) = CAST(trunc($1) AS $r)
sign(decimal(p,s)) -> decimal(1,0) = CAST(sign($1) AS $r)
${each(["real", "double"], (type) => ["ceil", "ceiling", "floor"].map((name) => `${name}(${type}) -> ${type} = CAST(${name}($1) AS $r)`).join("\n"))}
${each(["real", "double"], (type) => `round(${type}) -> ${type} = CAST(round($1) AS $r)`)}
${each(["real", "double"], (type) => `truncate(${type}) -> ${type} = CAST(trunc($1) AS $r)`)}
${each(["real", "double"], (type) => `sign(${type}) -> ${type} = CASE WHEN isnan($1) THEN $1 ELSE CAST(sign($1) AS $r) END`)}
round(real, integer) -> real = CAST(trino_round(CAST($1 AS DOUBLE), $2) AS FLOAT)
round(double, integer) -> double = trino_round($1, $2)
round(decimal(p,s), integer) -> decimal(min(38, p + 1), s) = CAST(trino_round_decimal($1, $2) AS $r)
${each(integers, (type) => `round(${type}, integer) -> ${type} = CAST(trino_round_integer($1, $2) AS $r)`)}
to_base(bigint, bigint) -> varchar(64) = (CASE WHEN $1 < 0 THEN '-' ELSE '' END || lower(to_base(abs($1), CAST($2 AS INTEGER))))
power(double, double) -> double = pow($1, $2)
pow(double, double) -> double = pow($1, $2)
exp(double) -> double = exp($1)
ln(double) -> double = ${logarithm("ln($1)")}
log2(double) -> double = ${logarithm("log2($1)")}
log10(double) -> double = ${logarithm("log10($1)")}
log(double, double) -> double = (${logarithm("ln($1)").replaceAll("$1", "$2")} / ${logarithm("ln($1)")})
sqrt(double) -> double = ${within("$1 >= 0", "sqrt($1)")}
cbrt(double) -> double = cbrt($1)
sin(double) -> double = ${within("isfinite($1)", "sin($1)")}
cos(double) -> double = ${within("isfinite($1)", "cos($1)")}
tan(double) -> double = ${within("isfinite($1)", "tan($1)")}
asin(double) -> double = ${within("$1 BETWEEN -1 AND 1", "asin($1)")}
acos(double) -> double = ${within("$1 BETWEEN -1 AND 1", "acos($1)")}
atan(double) -> double = atan($1)
atan2(double, double) -> double = atan2($1, $2)
sinh(double) -> double = sinh($1)
cosh(double) -> double = cosh($1)
tanh(double) -> double = tanh($1)
degrees(double) -> double = degrees($1)
radians(double) -> double = radians($1)
pi() -> double = pi()
e() -> double = exp(1.0::DOUBLE)
nan() -> double = ${nan}
infinity() -> double = CAST('Infinity' AS DOUBLE)
is_nan(double) -> boolean = isnan($1)
is_finite(double) -> boolean = isfinite($1)
is_infinite(double) -> boolean = isinf($1)
bitwise_and(bigint, bigint) -> bigint = ($1 & $2)
bitwise_or(bigint, bigint) -> bigint = ($1 | $2)
bitwise_xor(bigint, bigint) -> bigint = xor($1, $2)
bitwise_not(bigint) -> bigint = (~ $1)
normal_cdf(double, double, double) -> double = own_normal_cdf($1, $2, $3)
inverse_normal_cdf(double, double, double) -> double = own_inverse_normal_cdf($1, $2, $3)
beta_cdf(double, double, double) -> double = own_beta_cdf($1, $2, $3)
inverse_beta_cdf(double, double, double) -> double = own_inverse_beta_cdf($1, $2, $3)
t_cdf(double, double) -> double = own_t_cdf($1, $2)
t_pdf(double, double) -> double = own_t_pdf($1, $2)
width_bucket(double, double, double, bigint) -> bigint = trino_width_bucket($1, $2, $3, $4)
format_number(bigint) -> varchar = own_format_number($1)
format_number(double) -> varchar = own_format_number(CAST(trunc(least(greatest($1, -9.2233720368547748e18), 9.2233720368547748e18)) AS BIGINT))
human_readable_seconds(double) -> varchar = own_readable_seconds($1)
parse_duration(varchar) -> interval day to second = own_parse_duration($1)
parse_data_size(varchar) -> decimal(38,0) = CAST(own_parse_data_size($1) AS $r)
parse_presto_data_size(varchar) -> decimal(38,0) = CAST(own_parse_data_size($1) AS $r)
wilson_interval_lower(bigint, bigint, double) -> double = ${wilson("-")}
wilson_interval_upper(bigint, bigint, double) -> double = ${wilson("+")}
from_base(varchar, bigint) -> bigint = trino_from_base($1, $2)
`;
