const texts = ["varchar", "json"];

/** JSON is a text without blanks. What is given as varchar is read as JSON by the function itself. */
export const jsonTable = `
json_parse(varchar) -> json = own_json_parse($1)
json_format(json) -> varchar = $1
json_extract_scalar(varchar(x), varchar) -> varchar(x) = own_json_extract_scalar($1, $2)
json_extract_scalar(json, varchar) -> varchar = own_json_extract_scalar($1, $2)
${texts
  .map(
    (type) => `
json_extract(${type}, varchar) -> json = own_json_extract($1, $2)
json_size(${type}, varchar) -> bigint = own_json_size($1, $2)
json_array_length(${type}) -> bigint = own_json_array_length($1)
json_array_get(${type}, bigint) -> json = own_json_array_get($1, $2)
json_array_contains(${type}, boolean) -> boolean = own_json_array_contains($1, 'boolean', CAST($2 AS VARCHAR))
json_array_contains(${type}, bigint) -> boolean = own_json_array_contains($1, 'integer', CAST($2 AS VARCHAR))
json_array_contains(${type}, double) -> boolean = own_json_array_contains($1, 'double', CAST($2 AS VARCHAR))
json_array_contains(${type}, varchar) -> boolean = own_json_array_contains($1, 'string', $2)
is_json_scalar(${type}) -> boolean = own_is_json_scalar($1)`,
  )
  .join("")}
`;
