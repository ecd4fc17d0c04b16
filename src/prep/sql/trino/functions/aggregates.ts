import { guarded } from "../value.ts";

const divided = (sum: string, count: string): string =>
  `CAST(CAST(trino_divide(trino_unscaled(${sum}), ${count}) AS DECIMAL(38,0)) * $u AS $r)`;
const statistics = ["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"];
const duckDbNames: Readonly<Record<string, string>> = { stddev: "stddev_samp", variance: "var_samp" };
const pairs = ["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"];

const moments = (name: string, more: number): string => `CASE WHEN @count($1) > ${more} THEN @${name}($1) END`;

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
min(O) -> O = @min($1)
max(O) -> O = @max($1)
min(O, bigint) -> array(O) = @min($1, $2)
max(O, bigint) -> array(O) = @max($1, $2)
min_by(T, O) -> T = @arg_min_null($1, $2)
max_by(T, O) -> T = @arg_max_null($1, $2)
arbitrary(T) -> T = @any_value($1)
any_value(T) -> T = @any_value($1)
array_agg(T) -> array(T) = @list($1)
bool_and(boolean) -> boolean = @bool_and($1)
bool_or(boolean) -> boolean = @bool_or($1)
every(boolean) -> boolean = @bool_and($1)
bitwise_and_agg(bigint) -> bigint = @bit_and($1)
bitwise_or_agg(bigint) -> bigint = @bit_or($1)
bitwise_xor_agg(bigint) -> bigint = @bit_xor($1)
${statistics.map((name) => `${name}(double) -> double = @${duckDbNames[name] ?? name}($1)`).join("\n")}
${pairs.map((name) => `${name}(real, real) -> real = CAST(@${name}($1, $2) AS FLOAT)`).join("\n")}
${pairs.map((name) => `${name}(double, double) -> double = @${name}($1, $2)`).join("\n")}
geometric_mean(double) -> double = exp(@avg(ln($1)))
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
