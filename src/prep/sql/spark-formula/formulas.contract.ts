import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { booleans, dates, doubles, longs, textLists, texts, timestamps } from "../../example-columns.ts";
import type { ExampleEngine } from "../../example-engine.fixture.ts";
import { type Relation, select } from "../relation.ts";
import { parseFormula } from "./parse-formula.ts";
import { translateFormula } from "./translate-formula.ts";

/** The row that formulas are tried on. */
export const formulaRow = {
  n: longs(7),
  m: longs(-3),
  x: doubles(2.5),
  zero: longs(0),
  t: texts("Häuser am Fluss"),
  digits: texts("12"),
  none: longs(null),
  yes: booleans(true),
  day: dates("2024-01-31"),
  time: timestamps("2024-01-31 10:20:30"),
  list: textLists(["a", "b"]),
  "a name": longs(5),
};

/** Formulas with their values. */
const operatorCases: [string, unknown][] = [
  ["1 + 2 * 3", 7],
  ["(1 + 2) * 3", 9],
  ["-n + 1", -6],
  ["2 - -1", 3],
  ["n / 2", 3.5],
  ["n / zero", null],
  ["n % 4", 3],
  ["m % 2", -1],
  ["n div 2", 3],
  ["m div 2", -1],
  ["0.3*x + 0.1*n", 1.45],
  ["digits + 1", 13],
  ["t || '!'", "Häuser am Fluss!"],
  ["n = 7 and not (x > 3 or n < 2)", true],
  ["not n = 7", false],
  ["!yes", false],
  ["none = 1", null],
  ["none <=> null", true],
  ["n <=> null", false],
  ["n != 7", false],
  ["n between 1 and 7", true],
  ["n not between 8 and 9", true],
  ["n in (1, 7)", true],
  ["n not in (1, 2)", true],
  ["n in (1, null)", null],
  ["t like 'H%'", true],
  ["t not like 'h%'", true],
  ["t ilike 'h%'", true],
  ["t like '%\\_%'", false],
  ["t rlike '^H.*s$'", true],
  ["none is null", true],
  ["n is not null", true],
  ["yes is not true", false],
  ["n is distinct from none", true],
  ["digits = 12", true],
  ["day = '2024-01-31'", true],
  ["time > '2024-01-31'", true],
  ["day + 1", "2024-02-01"],
  ["list[0]", "a"],
  ["list[5]", null],
  ["df.n", 7],
  ["N", 7],
  ["`a name` * 2", 10],
  ["1e2", 100],
  ["1.5D", 1.5],
  ["5L", 5],
  ['concat("it is ", \'it\'\'s\', "\\"")', "it is it's\""],
];
const functionCases: [string, unknown][] = [
  ["case when n > 5 then 'big' when n > 2 then 'small' end", "big"],
  ["case n when 1 then 'one' when 7 then 'seven' else 'other' end", "seven"],
  ["case when n < 5 then 1 else 2.5 end", 2.5],
  ["if(n > 5, n, null)", 7],
  ["coalesce(none, n)", 7],
  ["nvl2(none, 1, 2)", 2],
  ["nullif(n, 7)", null],
  ["least(3, none, 2.5)", 2.5],
  ["greatest(n, 8)", 8],
  ["abs(m)", 3],
  ["floor(x)", 2],
  ["ceil(x)", 3],
  ["round(x)", 3],
  ["round(-2.5)", -3],
  ["bround(x)", 2],
  ["round(1.256, 2)", 1.26],
  ["round(1.005, 2)", 1.01],
  ["round(-2.675, 2)", -2.68],
  ["round(123456.785, -2)", 123500],
  ["sqrt(4)", 2],
  ["sqrt(-1)", Number.NaN],
  ["acos(2)", Number.NaN],
  ["ln(0)", null],
  ["log(2, 8)", 3],
  ["log10(100)", 2],
  ["pow(2, 10)", 1024],
  ["pmod(m, 2)", 1],
  ["sign(m)", -1],
  ["cast(x as int)", 2],
  ["cast('3.7' as int)", 3],
  ["cast('x' as double)", null],
  ["int('12')", 12],
  ["cast(n as string)", "7"],
  ["cast(x as string)", "2.5"],
  ["cast(n * 10000000D as string)", "7.0E7"],
  ["concat('', 123456789.5D)", "1.234567895E8"],
  ["cast(0.00012D as string)", "1.2E-4"],
  ["cast(-1e-7D as string)", "-1.0E-7"],
  ["cast(1e300D as string)", "1.0E300"],
  ["cast(-cast('inf' as double) as string)", "-Infinity"],
  ["cast(cast('nan' as double) as string)", "NaN"],
  ["sign(cast('nan' as double)) > 1", true],
  ["array_contains(array('a', cast(null as string)), 'z')", null],
  ["n::double / 2", 3.5],
  ["cast(yes as int)", 1],
  ["cast(time as bigint)", 1_706_696_430],
  ["upper(t)", "HÄUSER AM FLUSS"],
  ["length(t)", 15],
  ["substring(t, 0, 3)", "Häu"],
  ["substr(t, -5)", "Fluss"],
  ["substring(t from 8 for 2)", "am"],
  ["left(t, 2)", "Hä"],
  ["right(t, 2)", "ss"],
  ["trim('  a ')", "a"],
  ["trim(both 'x' from 'xxaxx')", "a"],
  ["ltrim('xy', 'xyax')", "ax"],
  ["lpad(n, 3, '0')", "007"],
  ["replace(t, 'am', 'im')", "Häuser im Fluss"],
  ["translate('abc', 'ab', 'x')", "xc"],
  ["initcap('hELLO wORLD')", "Hello World"],
  ["instr(t, 'am')", 8],
  ["locate('zz', t)", 0],
  ["concat(t, none)", null],
  ["concat_ws('-', 'a', none, n)", "a-7"],
  ["regexp_replace('a1b22', '[0-9]+', '#')", "a#b#"],
  ["regexp_replace('ab', '(a)(b)', '$2$1')", "ba"],
  ["regexp_extract('x-12', '(\\\\w)-(\\\\d+)', 2)", "12"],
  ["split('a1b2c', '[0-9]')", ["a", "b", "c"]],
  ["size(split('a,b', ','))", 2],
  ["array_contains(list, 'b')", true],
  ["array_join(list, '+')", "a+b"],
  ["md5('a')", "0cc175b9c0f1b6a831c399e269772661"],
  ["year(day)", 2024],
  ["dayofweek(day)", 4],
  ["weekday(day)", 2],
  ["hour(time)", 10],
  ["month('2024-05-06')", 5],
  ["extract(day from time)", 31],
  ["to_date('05/02/2024', 'dd/MM/yyyy')", "2024-02-05"],
  ['concat(to_date(\'2024-02-05\', "%Y-%m-%d"), "T00:00:00Z")', "2024-02-05T00:00:00Z"],
  ["to_date('no')", null],
  ["to_timestamp('2024-02-05 01:02:03')", "2024-02-05 01:02:03"],
  ["date_format(time, 'yyyy/MM')", "2024/01"],
  ["date_add(day, 1)", "2024-02-01"],
  ["add_months(day, 1)", "2024-02-29"],
  ["datediff('2024-02-02', day)", 2],
  ["last_day(day)", "2024-01-31"],
  ["trunc(day, 'MM')", "2024-01-01"],
  ["date_trunc('hour', time)", "2024-01-31 10:00:00"],
  ["unix_timestamp(time)", 1_706_696_430],
  ["from_unixtime(0)", "1970-01-01 00:00:00"],
  ["sum(n) over (partition by t)", 7],
  ["row_number() over (order by n desc)", 1],
  ["lag(n) over (order by n)", null],
  ["count(*) over ()", 1],
];
export const formulaCases = [...operatorCases, ...functionCases];

/** What Spark gives for each formula over one row; every engine gives the same. */
export function formulasContract(open: () => Promise<ExampleEngine>): void {
  let engine: ExampleEngine;
  let row: Relation;
  beforeAll(async () => {
    engine = await open();
    row = await engine.tableOf("df", formulaRow);
  });
  afterAll(() => engine?.close());

  async function answerOf(formula: string): Promise<unknown> {
    const value = translateFormula(parseFormula(formula), row);
    const [answer] = await engine.ask(select(row, [{ name: "value", value }]));
    return answer?.value;
  }

  describe("operators", () => {
    test.each(operatorCases)("%s", async (formula, value) => {
      const given = await answerOf(formula);
      expect(typeof given === "number" ? Number(given.toPrecision(12)) : given).toEqual(value);
    });
  });

  describe("functions", () => {
    test.each(functionCases)("%s", async (formula, value) => {
      const given = await answerOf(formula);
      expect(typeof given === "number" ? Number(given.toPrecision(12)) : given).toEqual(value);
    });
  });
}
