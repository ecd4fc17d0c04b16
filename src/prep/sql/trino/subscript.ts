import { coerce } from "./cast.ts";
import { rowField } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { bigintType, type SqlType, typeText } from "./sql-type.ts";
import { guarded, type Value } from "./value.ts";

/** `base[index]` of arrays, maps and rows. What is not there is an error. */
export function subscript(base: Value, index: Value, at: Position): Value {
  if (base.type.name === "array") return element(base, base.type.element, index, at);
  if (base.type.name === "map") return entry(base, base.type, index, at);
  if (base.type.name !== "row") throw cannot(base, index, at);
  const place = /^CAST\((\d+) AS INTEGER\)$/.exec(index.sql)?.[1];
  if (place === undefined)
    throw new SqlFault("EXPRESSION_NOT_CONSTANT", "Subscript expression on ROW requires a constant index", at);
  if (Number(place) < 1 || Number(place) > base.type.fields.length)
    throw new SqlFault("INVALID_FUNCTION_ARGUMENT", `Invalid subscript index: ${place}. ROW indices start at 1`, at);
  return rowField(base, Number(place) - 1);
}

const cannot = (base: Value, index: Value, at: Position): SqlFault =>
  new SqlFault("TYPE_MISMATCH", `Cannot use ${typeText(index.type)} for subscript of ${typeText(base.type)}`, at);

function element(base: Value, type: SqlType, index: Value, at: Position): Value {
  const place = coerce(index, bigintType);
  if (place === undefined) throw cannot(base, index, at);
  const length = `len(${base.sql})`;
  const words = `CASE WHEN ${place.sql} = 0 THEN 'SQL array indices start at 1' WHEN ${place.sql} < 0 THEN 'Array subscript is negative: ' || ${place.sql} ELSE 'Array subscript must be less than or equal to array length: ' || ${place.sql} || ' > ' || ${length} END`;
  const positive = index.nonzero && /^CAST\(\d/.test(index.sql);
  const bad = positive
    ? `${place.sql} > ${length}`
    : `(${place.sql} < 1 OR ${place.sql} > ${length}) AND ${base.sql} IS NOT NULL`;
  return { sql: guarded(bad, "INVALID_FUNCTION_ARGUMENT", words, `list_extract(${base.sql}, ${place.sql})`), type };
}

function entry(base: Value, type: SqlType & { name: "map" }, index: Value, at: Position): Value {
  const key = coerce(index, type.key);
  if (key === undefined) throw cannot(base, index, at);
  const words = `'Key not present in map' || coalesce(': ' || CAST(${key.sql} AS VARCHAR), '')`;
  const found = `map_extract_value(${base.sql}, ${key.sql})`;
  return {
    sql: guarded(`NOT list_contains(map_keys(${base.sql}), ${key.sql})`, "INVALID_FUNCTION_ARGUMENT", words, found),
    type: type.value,
  };
}
