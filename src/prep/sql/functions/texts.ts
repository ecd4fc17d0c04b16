import { boolean, double, listOf, long, text } from "../../column-type.ts";
import { differing, type SqlFunction, same } from "./sql-function.ts";

/** Texts. */
export const texts = {
  lower: same(text, "lower($1)"),
  upper: same(text, "upper($1)"),
  /** Counted in characters. */
  length: same(long, "CAST(length($1) AS BIGINT)"),
  concat: same(text, "($1 || $2)"),
  /** From a position, the first of which is 1, so many characters. */
  substring: same(text, "substring($1, CAST($2 AS INT), CAST($3 AS INT))"),
  replace: same(text, "replace($1, $2, $3)"),
  repeat: same(text, "repeat($1, CAST($2 AS INT))"),
  reverse: same(text, "reverse($1)"),
  /** Up to so many characters, filled on the left with a text; a longer text is cut. */
  padLeft: same(text, "lpad($1, CAST($2 AS INT), $3)"),
  padRight: same(text, "rpad($1, CAST($2 AS INT), $3)"),
  /** Without the characters of the second text at the beginning. */
  trimLeft: differing(text, "ltrim($1, $2)", "ltrim($2, $1)"),
  trimRight: differing(text, "rtrim($1, $2)", "rtrim($2, $1)"),
  trimBoth: differing(text, "trim($1, $2)", "trim(BOTH $2 FROM $1)"),
  /** Without any of the characters of the second text. */
  without: same(text, "translate($1, $2, '')"),
  /** The position of the first text within the second, the first of which is 1; 0 where it is not. */
  position: differing(long, "CAST(strpos($2, $1) AS BIGINT)", "CAST(locate($1, $2) AS BIGINT)"),
  startsWith: differing(boolean, "starts_with($1, $2)", "startswith($1, $2)"),
  endsWith: differing(boolean, "ends_with($1, $2)", "endswith($1, $2)"),
  /** The characters of the first text, one by one. */
  characters: differing(
    listOf(text),
    "CASE WHEN $1 = '' THEN CAST([] AS VARCHAR[]) ELSE string_split($1, '') END",
    "CASE WHEN $1 = '' THEN CAST(array() AS ARRAY<STRING>) ELSE split($1, '') END",
  ),
  /** At each place of a text, which is no pattern. */
  split: differing(
    listOf(text),
    "string_split($1, $2)",
    "split($1, concat('\\\\Q', replace($2, '\\\\E', '\\\\E\\\\\\\\E\\\\Q'), '\\\\E'), -1)",
  ),
  join: differing(text, "array_to_string($1, $2)", "array_join($1, $2)"),
  /** Each character of the second text becomes that of the third at its place, or none. */
  translate: same(text, "translate($1, $2, $3)"),
  /** A pattern of % and _, before which a backslash takes their meaning away. */
  like: differing(boolean, "($1 LIKE $2 ESCAPE '\\')", "($1 LIKE $2)"),
  likeAnyCase: differing(boolean, "($1 ILIKE $2 ESCAPE '\\')", "($1 ILIKE $2)"),
  /** Of the first character. */
  codePoint: same(long, "CAST(ascii($1) AS BIGINT)"),
  md5: same(text, "md5($1)"),
  sha1: same(text, "sha1($1)"),
  /** How many characters must change, come or go. */
  editDistance: same(long, "CAST(levenshtein($1, $2) AS BIGINT)"),
  sha256: differing(text, "sha256($1)", "sha2($1, 256)"),
  /** Somewhere in the text. Patterns are those that RE2 and Java read alike. */
  matches: differing(boolean, "regexp_matches($1, $2)", "($1 RLIKE $2)"),
  matchesWhole: differing(boolean, "regexp_full_match($1, $2)", "($1 RLIKE concat('\\\\A(?:', $2, ')\\\\z'))"),
  /** All places; the replacement is a text, not a pattern. */
  replacePattern: differing(
    text,
    "regexp_replace($1, $2, replace($3, '\\', '\\\\'), 'g')",
    "regexp_replace($1, $2, replace(replace($3, '\\\\', '\\\\\\\\'), '$', '\\\\$'))",
  ),
  /** All places; the replacement may name groups: the third operand as RE2 reads it, the fourth as Java does. */
  replaceMatches: differing(text, "regexp_replace($1, $2, $3, 'g')", "regexp_replace($1, $2, $4)"),
  /** At each place that a pattern matches. */
  splitPattern: differing(listOf(text), "string_split_regex($1, $2)", "split($1, $2, -1)"),
  /** A group of the first match; the whole match is group 0. Empty where nothing matches. */
  extract: same(text, "regexp_extract($1, $2, CAST($3 AS INT))"),
  extractAll: same(listOf(text), "regexp_extract_all($1, $2, CAST($3 AS INT))"),
  /** A number from 0 to 1 (excluded) that a text always gives, evenly spread: 52 bits of its MD5. */
  fraction: differing(
    double,
    "(CAST('0x' || substring(md5($1), 1, 13) AS BIGINT) / 4503599627370496.0::DOUBLE)",
    "(CAST(conv(substring(md5($1), 1, 13), 16, 10) AS BIGINT) / 4503599627370496.0D)",
  ),

  /** The keys of a JSON object that a text holds; null of another text. */
  jsonKeys: differing(
    listOf(text),
    "CASE WHEN json_valid($1) AND json_type($1) = 'OBJECT' THEN json_keys($1) END",
    "json_object_keys($1)",
  ),
  /** A member of a JSON object, as a text; null where there is none. */
  jsonMember: differing(
    text,
    "CASE WHEN json_valid($1) THEN json_extract_string($1, '$.\"' || $2 || '\"') END",
    "get_json_object($1, concat('$[\\'', $2, '\\']'))",
  ),
} satisfies Readonly<Record<string, SqlFunction>>;
