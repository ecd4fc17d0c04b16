export const arrayTable = `
cardinality(array(T)) -> bigint = CAST(len($1) AS BIGINT)
cardinality(map(K, V)) -> bigint = CAST(cardinality($1) AS BIGINT)
transform(array(T), (T)->U) -> array(U) = list_transform($1, $2)
filter(array(T), (T)->boolean) -> array(T) = list_filter($1, $2)
contains(array(T), T) -> boolean = trino_contains($1, $2)
array_max(array(O)) -> O = trino_array_max($1)
array_min(array(O)) -> O = trino_array_min($1)
array_join(array(varchar), varchar) -> varchar = trino_array_join($1, $2)
array_join(array(varchar), varchar, varchar) -> varchar = trino_array_join_null($1, $2, $3)
`;
