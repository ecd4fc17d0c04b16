export const arrayTable = `
cardinality(array(T)) -> bigint = CAST(len($1) AS BIGINT)
cardinality(map(K, V)) -> bigint = CAST(cardinality($1) AS BIGINT)
transform(array(T), (T)->U) -> array(U) = list_transform($1, $2)
filter(array(T), (T)->boolean) -> array(T) = list_filter($1, $2)
any_match(array(T), (T)->boolean) -> boolean = trino_any(list_transform($1, $2))
all_match(array(T), (T)->boolean) -> boolean = trino_all(list_transform($1, $2))
none_match(array(T), (T)->boolean) -> boolean = (NOT trino_any(list_transform($1, $2)))
reduce(array(T), S, (S, T)->S, (S)->R) -> R = list_transform([CASE WHEN $1 IS NOT NULL THEN struct_extract(list_reduce(list_transform($1, lambda $l: struct_pack(s := CASE WHEN false THEN $2 END, x := $l)), lambda $la, $le: struct_pack(s := grown_S($3{$la.s|$le.x}), x := $le.x), struct_pack(s := $2, x := CASE WHEN false THEN $1[1] END)), 's') END], $4)[1]
contains(array(T), T) -> boolean = trino_contains($1, $2)
array_position(array(T), T) -> bigint = CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END
array_remove(array(T), T) -> array(T) = CASE WHEN $2 IS NOT NULL THEN list_filter($1, lambda $l: $l IS NULL OR $l <> $2) END
array_max(array(O)) -> O = CASE WHEN NOT trino_has_null($1) THEN list_max($1) END
array_min(array(O)) -> O = CASE WHEN NOT trino_has_null($1) THEN list_min($1) END
array_distinct(array(T)) -> array(T) = trino_distinct($1)
array_intersect(array(T), array(T)) -> array(T) = CASE WHEN $2 IS NOT NULL THEN list_filter(trino_distinct($1), lambda $l: trino_holds($2, $l)) END
array_except(array(T), array(T)) -> array(T) = CASE WHEN $2 IS NOT NULL THEN list_filter(trino_distinct($1), lambda $l: NOT trino_holds($2, $l)) END
array_union(array(T), array(T)) -> array(T) = CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN trino_distinct(list_concat($1, $2)) END
arrays_overlap(array(T), array(T)) -> boolean = trino_overlap($1, $2)
array_sort(array(O)) -> array(O) = list_sort($1, 'ASC', 'NULLS LAST')
flatten(array(array(T))) -> array(T) = flatten($1)
slice(array(T), bigint, bigint) -> array(T) = trino_slice($1, $2, $3)
trim_array(array(T), bigint) -> array(T) = list_slice($1, 1, len($1) - $2)
reverse(array(T)) -> array(T) = list_reverse($1)
repeat(T, bigint) -> array(T) = list_transform(range(trino_limited($2)), lambda $l: $1)
sequence(bigint, bigint) -> array(bigint) = trino_sequence($1, $2, CASE WHEN $2 >= $1 THEN 1 ELSE -1 END)
sequence(bigint, bigint, bigint) -> array(bigint) = trino_sequence($1, $2, $3)
sequence(date, date) -> array(date) = list_transform(trino_sequence(0, CAST($2 - $1 AS BIGINT), CASE WHEN $2 >= $1 THEN 1 ELSE -1 END), lambda $l: $1 + CAST($l AS INTEGER))
sequence(date, date, interval day to second) -> array(date) = list_transform(trino_sequence(0, CAST($2 - $1 AS BIGINT), $3 // 86400000), lambda $l: $1 + CAST($l AS INTEGER))
sequence(date, date, interval year to month) -> array(date) = list_transform(trino_month_sequence($1, $2, $3), lambda $l: CAST($l AS DATE))
sequence(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p)) = list_transform(trino_sequence(0, epoch_ms($2) - epoch_ms($1), $3), lambda $l: $1 + to_milliseconds($l))
sequence(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p)) = trino_month_sequence($1, $2, $3)
element_at(array(T), bigint) -> T = list_extract($1, trino_nonzero($2, 'SQL array indices start at 1'))
element_at(map(K, V), K) -> V = map_extract_value($1, $2)
zip(array(T), array(U)) -> array(row(T, U)) = trino_zip($1, $2)
zip_with(array(T), array(U), (T, U)->R) -> array(R) = list_transform(trino_zip($1, $2), lambda $l: $3{$l.f0|$l.f1})
ngrams(array(T), integer) -> array(array(T)) = CASE WHEN $1 IS NOT NULL THEN list_transform(range(1, 1 + greatest(1, len($1) - $2 + 1)), lambda $l: list_slice($1, $l, $l + $2 - 1)) END
combinations(array(T), integer) -> array(array(T)) = CASE WHEN $2 = 0 THEN [$1[1:0]] ELSE list_transform([own_combinations(CAST(len($1) AS INTEGER), $2)], lambda $lk: list_transform(range(0, len($lk) // $2), lambda $l: list_transform(range(1, $2 + 1), lambda $lj: $1[$lk[$l * $2 + $lj]])))[1] END
contains_sequence(array(T), array(T)) -> boolean = CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN len($2) = 0 OR len(list_filter(range(1, len($1) - len($2) + 2), lambda $l: list_slice($1, $l, $l + len($2) - 1) IS NOT DISTINCT FROM $2)) > 0 END
array_histogram(array(T)) -> map(T, bigint) = CASE WHEN $1 IS NOT NULL THEN coalesce(trino_histogram($1), CAST(MAP {} AS $r)) END
array_sort(array(T), (T, T)->bigint) -> array(T) = CASE WHEN $1 IS NOT NULL THEN list_transform(list_sort(list_transform(range(1, len($1) + 1), lambda $l: struct_pack(r := len(list_filter(range(1, len($1) + 1), lambda $lj: $lj <> $l AND list_transform([$2{$1[$lj]|$1[$l]}], lambda $lk: trino_before($lk, $lj < $l))[1])), i := $l))), lambda $l: $1[$l.i]) END
euclidean_distance(array(double), array(double)) -> double = list_distance(list_transform($1, lambda $l: coalesce($l, 0)), list_transform($2, lambda $l: coalesce($l, 0)))
cosine_similarity(array(double), array(double)) -> double = trino_cosine($1, $2)
cosine_distance(array(double), array(double)) -> double = (1 - trino_cosine($1, $2))
shuffle(array(T)) -> array(T) = list_transform(list_sort(list_transform($1, lambda $l: struct_pack(r := random(), v := $l))), lambda $l: $l.v)
dot_product(array(double), array(double)) -> double = trino_dot($1, $2)
`;
