export const mapTable = `
map() -> map(unknown, unknown) = MAP {}
map(array(K), array(V)) -> map(K, V) = map($1, $2)
map_keys(map(K, V)) -> array(K) = map_keys($1)
map_values(map(K, V)) -> array(V) = map_values($1)
map_entries(map(K, V)) -> array(row(K, V)) = list_transform(map_entries($1), lambda $l: struct_pack(f0 := $l.key, f1 := $l.value))
map_from_entries(array(row(K, V))) -> map(K, V) = map_from_entries(list_transform($1, lambda $l: struct_pack(k := struct_extract_at($l, 1), v := struct_extract_at($l, 2))))
map_filter(map(K, V), (K, V)->boolean) -> map(K, V) = map_from_entries(list_filter(map_entries($1), lambda $l: $2{$l.key|$l.value}))
transform_values(map(K, V), (K, V)->U) -> map(K, U) = map_from_entries(list_transform(map_entries($1), lambda $l: struct_pack(k := $l.key, v := $2{$l.key|$l.value})))
transform_keys(map(K, V), (K, V)->U) -> map(U, V) = map_from_entries(list_transform(map_entries($1), lambda $l: struct_pack(k := $2{$l.key|$l.value}, v := $l.value)))
multimap_from_entries(array(row(K, V))) -> map(K, array(V)) = trino_multimap(list_transform($1, lambda $l: struct_pack(k := struct_extract_at($l, 1), v := struct_extract_at($l, 2))))
map_zip_with(map(K, V), map(K, W), (K, V, W)->R) -> map(K, R) = CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN map_from_entries(list_transform(trino_distinct(list_concat(map_keys($1), map_keys($2))), lambda $l: struct_pack(k := $l, v := $3{$l|map_extract_value($1, $l)|map_extract_value($2, $l)}))) END
cosine_similarity(map(varchar, double), map(varchar, double)) -> double = (list_sum(list_transform(map_entries($1), lambda $l: $l.value * coalesce(map_extract_value($2, $l.key), 0))) / (sqrt(list_sum(list_transform(map_values($1), lambda $l: $l * $l))) * sqrt(list_sum(list_transform(map_values($2), lambda $l: $l * $l)))))
map_concat(map(K, V), map(K, V)) -> map(K, V) = CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN map_concat($1, $2) END
`;
