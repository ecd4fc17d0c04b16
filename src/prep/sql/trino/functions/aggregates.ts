import { guarded } from "../value.ts";
import { logarithm } from "./math.ts";

const divided = (sum: string, count: string): string =>
  `CAST(CAST(trino_divide(trino_unscaled(${sum}), ${count}) AS DECIMAL(38,0)) * $u AS $r)`;
/** The sum of a decimal that is there in two ways: $1 with few digits, by which most of it is added up, and $2 with all. */
const rest = "@sum(CASE WHEN $1 IS NULL THEN $2 END)";
const shortSum = `coalesce(@sum($1) + ${rest}, @sum($1), ${rest})`;

/** How sum and avg are written for such a decimal. */
export const shortTemplates: Readonly<Record<string, string>> = {
  sum: `CAST(${shortSum} AS $r)`,
  avg: divided(shortSum, "@count($2)"),
};

const statistics = ["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"];
const duckDbNames: Readonly<Record<string, string>> = { stddev: "stddev_samp", variance: "var_samp" };
const pairs = ["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"];

const finite = "CASE WHEN isfinite($1) THEN $1 END";
const nan = "CAST('NaN' AS DOUBLE)";

/** DuckDB refuses a spread of what is not finite, where Trino has NaN as soon as there are more values than so many. */
const spread = (name: string, more: number): string =>
  `CASE WHEN @bool_and(isfinite($1)) THEN @${name}(${finite}) WHEN @count($1) > ${more} THEN ${nan} END`;

const moments = (name: string, more: number): string => `CASE WHEN @count($1) > ${more} THEN ${spread(name, more)} END`;

/** Pairs of which both are there; what is not finite among them leaves no answer, and NaN for a covariance. */
const pairSpread = (name: string): string => {
  const known = "$1 IS NOT NULL AND $2 IS NOT NULL";
  const areFinite = "isfinite($1) AND isfinite($2)";
  const value = `@${name}(CASE WHEN ${areFinite} THEN $1 END, CASE WHEN ${areFinite} THEN $2 END)`;
  const isCovariance = name.startsWith("covar");
  const more = name === "covar_samp" ? 1 : 0;
  const otherwise = isCovariance ? ` WHEN @count(CASE WHEN ${known} THEN 1 END) > ${more} THEN ${nan}` : "";
  return `CASE WHEN @bool_and(CASE WHEN ${known} THEN ${areFinite} END) THEN ${isCovariance ? value : `trino_finite(${value})`}${otherwise} END`;
};

/** The values that occur most often, with how often they do. */
const mostFrequent = `list_transform([struct_pack(h := trino_histogram(@list($2)), n := @max($1))], lambda $l: CASE WHEN $l.h IS NOT NULL THEN map_from_entries(list_transform(list_slice(list_sort(list_transform(map_entries($l.h), lambda $la: struct_pack(n := -$la.value, k := $la.key))), 1, ${guarded("$l.n < 2", "INVALID_FUNCTION_ARGUMENT", "'approx_most_frequent bucket count must be greater than one, input bucket count: ' || $l.n", "$l.n")}), lambda $lb: struct_pack(k := $lb.k, v := -$lb.n))) END)[1]`;

/** What checksum() adds up for a value, by its type, and for null. */
const checksumParts: Readonly<Record<string, string>> = {
  boolean: "own_checksum_whole(CAST($1 AS BIGINT))",
  bigint: "own_checksum_whole($1)",
  date: "own_checksum_whole(CAST(epoch($1) AS BIGINT) // 86400)",
  varchar: "own_checksum_part(encode($1))",
  varbinary: "own_checksum_part($1)",
};
const nullPart = "-7046029288634856825";

/** How many values are asked for, within Trino's limits. */
const counted = (name: string, words: string, place: string, count = "$2"): string =>
  `trino_count(${count}, '${words}', '${place} argument of ${name} must be less than or equal to 10000; found ')`;

const mostN = counted("max_n", "second argument of max_n must be positive", "second");

/** So many values, by what orders them: null is in no order. */
const byOrder = (name: "min_by" | "max_by", key = "$la.o"): string => {
  const count = counted(name, `third argument of ${name} must be a positive integer`, "third", "$l.n");
  const entries = `list_grade_up(list_transform($l.l, lambda $la: ${key}), '${name === "min_by" ? "ASC" : "DESC"}')`;
  return `list_transform([struct_pack(l := list_filter(@list(struct_pack(v := $1, o := $2)), lambda $lf: $lf.o IS NOT NULL), n := @max($3))], lambda $l: CASE WHEN ${count} > 0 AND len($l.l) > 0 THEN list_transform(list_slice(${entries}, 1, $l.n), lambda $lb: $l.l[$lb].v) END)[1]`;
};

export const aggregateTable = `
count() -> bigint = @count(*)
count(T) -> bigint = @count($1)
count_if(boolean) -> bigint = @count(CASE WHEN $1 THEN 1 END)
sum(bigint) -> bigint = CAST(@sum($1) AS BIGINT)
sum(decimal(p,s)) -> decimal(38,s) = CAST(@sum($1) AS $r)
sum(real) -> real = CAST(@sum($1) AS FLOAT)
sum(double) -> double = @sum($1)
sum(interval day to second) -> interval day to second = CAST(@sum($1) AS BIGINT)
sum(interval year to month) -> interval year to month = CAST(@sum($1) AS BIGINT)
avg(bigint) -> double = @avg($1)
avg(decimal(p,s)) -> decimal(p,s) = ${divided("@sum($1)", "@count($1)")}
avg(real) -> real = CAST(@avg($1) AS FLOAT)
avg(double) -> double = @avg($1)
avg(interval day to second) -> interval day to second = CAST(round(@avg($1)) AS BIGINT)
avg(interval year to month) -> interval year to month = CAST(round(@avg($1)) AS BIGINT)
min(O) -> O = @min($1)
# Of NaN and a number the number is the greatest, where DuckDB has NaN above all: it is the least of the opposites.
max(F) -> F = (- @min(- $1))
max(O) -> O = @max($1)
min(O, bigint) -> array(O) = @min($1, ${counted("min_n", "second argument of min_n must be positive", "second")})
max(F, bigint) -> array(F) = list_transform(@min(- $1, ${mostN}), lambda $l: - $l)
max(O, bigint) -> array(O) = @max($1, ${mostN})
min_by(T, O) -> T = @arg_min_null($1, $2)
max_by(T, F) -> T = @arg_min_null($1, - $2)
max_by(T, O) -> T = @arg_max_null($1, $2)
min_by(T, O, bigint) -> array(T) = ${byOrder("min_by")}
max_by(T, F, bigint) -> array(T) = ${byOrder("max_by", "struct_pack(n := NOT isnan($la.o), o := $la.o)")}
max_by(T, O, bigint) -> array(T) = ${byOrder("max_by")}
arbitrary(T) -> T = @any_value($1)
any_value(T) -> T = @any_value($1)
array_agg(T) -> array(T) = @list($1)
bool_and(boolean) -> boolean = @bool_and($1)
bool_or(boolean) -> boolean = @bool_or($1)
every(boolean) -> boolean = @bool_and($1)
bitwise_and_agg(bigint) -> bigint = @bit_and($1)
bitwise_or_agg(bigint) -> bigint = @bit_or($1)
bitwise_xor_agg(bigint) -> bigint = @bit_xor($1)
${statistics.map((name) => `${name}(double) -> double = ${spread(duckDbNames[name] ?? name, name.endsWith("_pop") ? 0 : 1)}`).join("\n")}
${pairs.map((name) => `${name}(real, real) -> real = CAST(${pairSpread(name)} AS FLOAT)`).join("\n")}
${pairs.map((name) => `${name}(double, double) -> double = ${pairSpread(name)}`).join("\n")}
geometric_mean(bigint) -> double = exp(@avg(${logarithm("ln($1)")}))
geometric_mean(real) -> real = CAST(exp(@avg(${logarithm("ln($1)")})) AS FLOAT)
geometric_mean(double) -> double = exp(@avg(${logarithm("ln($1)")}))
approx_distinct(T) -> bigint = @count(DISTINCT $1)
approx_distinct(T, double) -> bigint = @count(DISTINCT $1)
${["bigint", "real", "double"]
  .map((type) => [type, type === "bigint" ? "@list($1)" : "trino_without_nan(@list($1))"])
  .flatMap(([type, items]) => [
    `approx_percentile(${type}, double) -> ${type} = trino_percentile(${items}, $2)`,
    `approx_percentile(${type}, array(double)) -> array(${type}) = trino_percentiles(${items}, $2)`,
  ])
  .join("\n")}
skewness(double) -> double = (${moments("skewness", 2)} * (@count($1) - 2) / sqrt(@count($1) * (@count($1) - 1)))
reduce_agg(T, S, (S, T)->S, (S, S)->S) -> S = list_transform([list_filter(@list($1), lambda $l: $l IS NOT NULL)], lambda $l: CASE WHEN len($l) > 0 THEN struct_extract(list_reduce(list_transform($l, lambda $lx: struct_pack(s := CASE WHEN false THEN $2 END, x := $lx)), lambda $la, $le: struct_pack(s := grown_S($3{$la.s|$le.x}), x := $le.x), struct_pack(s := $2, x := CASE WHEN false THEN $l[1] END)), 's') END)[1]
kurtosis(double) -> double = ${moments("kurtosis", 3)}
map_agg(K, V) -> map(K, V) = trino_map_agg(@list(struct_pack(k := $1, v := $2)))
multimap_agg(K, V) -> map(K, array(V)) = trino_multimap_agg(@list(struct_pack(k := $1, v := $2)))
histogram(T) -> map(T, bigint) = trino_histogram(@list($1))
${["bigint", "varchar"]
  .map((type) => `approx_most_frequent(bigint, ${type}, bigint) -> map(${type}, bigint) = ${mostFrequent}`)
  .join("\n")}
${Object.entries(checksumParts)
  .map(
    ([type, part]) =>
      `checksum(${type}) -> varbinary = own_checksum_bytes(CAST(@sum(CAST(coalesce(${part}, ${nullPart}) AS HUGEINT)) AS VARCHAR))`,
  )
  .join("\n")}
map_union(map(K, V)) -> map(K, V) = trino_map_agg(flatten(@list(list_transform(map_entries($1), lambda $l: struct_pack(k := $l.key, v := $l.value)))))
listagg(varchar) -> varchar = @string_agg($1, '')
listagg(varchar, varchar) -> varchar = @string_agg($1, $2)
`;
