import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExampleEngine, openExampleEngine } from "../../duckdb.fixture.ts";
import { dates, doubles, longLists, longs, textLists, timestamps } from "../../example-columns.ts";
import { type Relation, select } from "../relation.ts";
import { parseFormula } from "./parse-formula.ts";
import { translateFormula } from "./translate-formula.ts";

/** What Spark gives for each formula over one row. */

let engine: ExampleEngine;
let row: Relation;
beforeAll(async () => {
  engine = await openExampleEngine();
  row = await engine.tableOf("df", {
    n: longs(7),
    x: doubles(2.5),
    day: dates("2024-01-31"),
    time: timestamps("2024-01-31 10:20:30"),
    words: textLists(["b", "a", null, "b"]),
    numbers: longLists([3, 1, 2]),
  });
});
afterAll(() => engine.close());

async function answerOf(formula: string): Promise<unknown> {
  const value = translateFormula(parseFormula(formula), row);
  const [answer] = await engine.ask(select(row, [{ name: "value", value }]));
  return answer?.value;
}

test.each<[string, unknown]>([
  ["transform(numbers, x -> x * n + 1)", [22, 8, 15]],
  ["transform(numbers, a -> transform(numbers, b -> a * b)[0])", [9, 3, 6]],
  ["filter(numbers, e -> e > 1)", [3, 2]],
  ["exists(numbers, e -> e = 2)", true],
  ["forall(numbers, e -> e < 3)", false],
  ["size(filter(words, w -> w is null))", 1],
  ["day + interval 1 day", "2024-02-01"],
  ["day - INTERVAL '2' DAYS", "2024-01-29"],
  ["day + interval 1 month", "2024-02-29"],
  ["day + interval 1 year 1 day", "2025-02-01"],
  ["day + interval 90 minutes", "2024-01-31 01:30:00"],
  ["time + INTERVAL '1 day 2 hours'", "2024-02-01 12:20:30"],
  ["time - interval 1 month", "2023-12-31 10:20:30"],
  ["interval 1 week + time", "2024-02-07 10:20:30"],
  ["array_max(numbers) - array_min(numbers)", 2],
  ["array_position(words, 'a')", 2],
  ["array_position(words, 'z')", 0],
  ["array_append(numbers, 9)", [3, 1, 2, 9]],
  ["array_prepend(numbers, 9)", [9, 3, 1, 2]],
  ["array_remove(words, 'b')", ["a", null]],
  ["array_compact(words)", ["b", "a", "b"]],
  ["array_repeat('x', 3)", ["x", "x", "x"]],
  ["get(numbers, 0)", 3],
  ["get(numbers, -1)", null],
  ["split_part('a.b.c', '.', 2)", "b"],
  ["split_part('a.b.c', '.', -1)", "c"],
  ["split_part('a.b.c', '.', 9)", ""],
  ["substring_index('www.apache.org', '.', 2)", "www.apache"],
  ["substring_index('www.apache.org', '.', -2)", "apache.org"],
  ["substring_index('www.apache.org', '.', 0)", ""],
  ["find_in_set('ab', 'abc,b,ab,c,def')", 3],
  ["levenshtein('kitten', 'sitting')", 3],
  ["sha1('Spark')", "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"],
  ["hypot(3, 4)", 5],
  ["round(tanh(1) + sinh(1) * cosh(0), 6)", 1.936795],
  ["try_divide(1, 0)", null],
  ["regexp_count('Steven Jones and Stephen Smith', 'Ste(v|ph)en')", 2],
  ["regexp_substr('Steven Jones', 'x')", null],
  ["dayname(day) || monthname(day)", "WedJan"],
  ["date_format(day, 'EEE, d. MMM yyyy')", "Wed, 31. Jan 2024"],
  ["unix_date(day)", 19753],
  ["date_from_unix_date(1)", "1970-01-02"],
  ["unix_millis(time)", 1706696430000],
  ["timestamp_millis(1706696430000)", "2024-01-31 10:20:30"],
])("%s", async (formula, wanted) => expect(await answerOf(formula)).toEqual(wanted));

test.each([
  ["interval 1 day", "INTERVAL stands where"],
  ["time * interval 1 day", "INTERVAL stands where"],
  ["interval 1 day - time", "INTERVAL is added to a date"],
  ["time + interval 1 fortnight", "is not known; give a number and one of year"],
  ["transform(n, e -> e)", "takes a list first"],
  ["transform(numbers, (a, b) -> a)", "one element"],
  ["n in (select n from df)", "use a step of SQL"],
])("%s is refused", async (formula, words) => {
  await expect(answerOf(formula)).rejects.toThrow(words);
});
