import { raised } from "./value.ts";

const raise = (code: string, words: string): string => `CAST('${raised}${code}: ' || ${words} AS BOOLEAN)`;

/**
 * What each engine process runs once, before its configuration is locked: settings under which DuckDB computes as Trino
 * does, and macros for what would be too long to write at every place. A lambda over a list of one names a value once.
 */
export const prelude: readonly string[] = [
  "SET TimeZone = 'UTC'",
  "SET default_null_order = 'nulls_last'",
  "SET ieee_floating_point_ops = true",
  String.raw`CREATE MACRO trim_java(x) AS regexp_replace(x, '^[\s\x00-\x1f]+|[\s\x00-\x1f]+$', '', 'g')`,
  `CREATE MACRO trino_fitting(x, n) AS list_transform([x], lambda s: CASE WHEN CASE WHEN length(s) > n THEN ${raise("INVALID_CAST_ARGUMENT", "'Value ' || s || ' cannot be represented as varchar(' || n || ')'")} ELSE true END THEN s END)[1]`,
  "CREATE MACRO trino_local(x) AS CASE WHEN x.z = 'UTC' THEN x.i WHEN regexp_full_match(x.z, '[+-][0-9]{2}:[0-9]{2}') THEN x.i + to_minutes(CAST(left(x.z, 1) || (CAST(substr(x.z, 2, 2) AS INTEGER) * 60 + CAST(substr(x.z, 5, 2) AS INTEGER)) AS INTEGER)) ELSE timezone(x.z, timezone('UTC', x.i)) END",
  "CREATE MACRO trino_instant(x, z) AS CASE WHEN z = 'UTC' THEN x WHEN regexp_full_match(z, '[+-][0-9]{2}:[0-9]{2}') THEN x - to_minutes(CAST(left(z, 1) || (CAST(substr(z, 2, 2) AS INTEGER) * 60 + CAST(substr(z, 5, 2) AS INTEGER)) AS INTEGER)) ELSE timezone('UTC', timezone(z, x)) END",
  "CREATE MACRO trino_digits_text(whole, fraction, exponent) AS list_transform([{d: ltrim(whole || fraction, '0'), e: exponent + length(whole) - 1 - (length(whole || fraction) - length(ltrim(whole || fraction, '0')))}], lambda p: left(p.d, 1) || '.' || CASE WHEN rtrim(substr(p.d, 2), '0') = '' THEN '0' ELSE rtrim(substr(p.d, 2), '0') END || 'E' || p.e)[1]",
  "CREATE MACRO trino_float_text(x) AS list_transform([x], lambda v: CASE WHEN v IS NULL THEN NULL WHEN isnan(v) THEN 'NaN' WHEN isinf(v) THEN CASE WHEN v > 0 THEN 'Infinity' ELSE '-Infinity' END WHEN v = 0 THEN CASE WHEN signbit(v) THEN '-0E0' ELSE '0E0' END ELSE CASE WHEN v < 0 THEN '-' ELSE '' END || list_transform([split(CAST(abs(v) AS VARCHAR), 'e')], lambda s: trino_digits_text(split_part(s[1], '.', 1), split_part(s[1], '.', 2), coalesce(CAST(s[2] AS INTEGER), 0)))[1] END)[1]",
  "CREATE MACRO trino_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
  "CREATE MACRO trino_divide(n, d) AS list_transform([{n: CAST(n AS HUGEINT), d: CAST(d AS HUGEINT)}], lambda p: p.n // p.d + CASE WHEN abs(p.n % p.d) >= abs(p.d) - abs(p.n % p.d) THEN sign(p.n) * sign(p.d) ELSE 0 END)[1]",
  `CREATE MACRO trino_shift_date(x, ms) AS CASE WHEN CASE WHEN ms % 86400000 <> 0 THEN ${raise("INVALID_FUNCTION_ARGUMENT", "'Cannot add hour, minutes or seconds to a date'")} ELSE true END THEN x + CAST(ms // 86400000 AS INTEGER) END`,
  `CREATE MACRO trino_map_agg(entries) AS list_transform([list_filter(entries, lambda e: e.k IS NOT NULL)], lambda l: CASE WHEN len(l) > 0 THEN map_from_entries(list_filter(l, lambda e, i: list_position(list_transform(l, lambda o: o.k), e.k) = i)) END)[1]`,
  "CREATE MACRO trino_lists_equal(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(a) <> len(b) THEN false ELSE list_transform([list_transform(list_zip(a, b), lambda p: p[1] = p[2])], lambda l: CASE WHEN list_contains(l, false) THEN false WHEN len(list_filter(l, lambda e: e IS NULL)) > 0 THEN NULL ELSE true END)[1] END",
  "CREATE MACRO trino_contains(l, x) AS CASE WHEN l IS NULL OR x IS NULL THEN NULL WHEN list_contains(l, x) THEN true WHEN len(list_filter(l, lambda e: e IS NULL)) > 0 THEN NULL ELSE false END",
  "CREATE MACRO trino_day_interval_text(x) AS list_transform([CAST(x AS BIGINT)], lambda v: CASE WHEN v < 0 THEN '-' ELSE '' END || (abs(v) // 86400000) || ' ' || lpad(CAST(abs(v) // 3600000 % 24 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(v) // 60000 % 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(v) // 1000 % 60 AS VARCHAR), 2, '0') || '.' || lpad(CAST(abs(v) % 1000 AS VARCHAR), 3, '0'))[1]",
  "CREATE MACRO trino_year_interval_text(x) AS list_transform([CAST(x AS BIGINT)], lambda v: CASE WHEN v < 0 THEN '-' ELSE '' END || (abs(v) // 12) || '-' || (abs(v) % 12))[1]",
];
