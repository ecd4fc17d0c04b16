import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePartitionFilter } from "./partition-filter.ts";
import { partitionKey, valueAt } from "./partition-keys.ts";
import { keyType, orderedText, plainText } from "./partition-value.ts";

/** Returns which of some values an expression chooses, visited as a store does; and how many were looked at. */
function choose(expression: string, types: readonly string[], rows: readonly (readonly string[])[]) {
  const keys = types.map((Type, place) => ({ Name: `k${place}`, Type }));
  const all = new Map(rows.map((row) => [partitionKey(keys, row), row.join("/")]));
  const order = [...all.keys()].sort((one, other) => (one < other ? -1 : 1));
  const filter = compilePartitionFilter(expression, keys);
  const chosen: string[] = [];
  let looks = 0;
  for (let at = 0; at < order.length; ) {
    const found = filter.look(order[at]!);
    looks++;
    if (found === "end") break;
    if (found === "chosen") chosen.push(all.get(order[at]!)!);
    const from = typeof found === "object" ? found.from : "";
    do at++;
    while (at < order.length && order[at]! < from);
  }
  return { chosen, looks };
}
const rows = (...values: string[]) => values.map((value) => [value]);

test.each([
  ["int", ["3", "12", "x", "-5", "007"], "k0 > 3", ["007", "12"]],
  ["int", ["3", "12", "x", "-5"], "k0 < 12", ["-5", "3"]],
  ["int", ["3", "12", "x"], "NOT k0 = 3", ["12"]],
  ["int", ["3", "12", "x"], "k0 IS NULL", ["x"]],
  ["int", ["3", "12", "x"], "k0 is not null and not (k0 in (3, '4'))", ["12"]],
  ["int", ["7", "07", "8"], "7 = k0", ["07", "7"]],
  ["int", ["1", "2", "3"], "3 > k0", ["1", "2"]],
  ["bigint", ["9223372036854775807", "-9223372036854775808", "0"], "k0 <= 0", ["-9223372036854775808", "0"]],
  [
    "decimal(10,2)",
    ["1.2", "2.60", "3e14", "-1.25", "-1.3", "-10"],
    "k0 between -1.25 and 2.6",
    ["-1.25", "1.2", "2.60"],
  ],
  ["decimal", ["0.1", ".1", "1e-1", "0.10"], "k0 = 0.1", [".1", "0.1", "0.10", "1e-1"]],
  ["date", ["2024-02-29", "2024-03-01", "2023-02-29"], "k0 >= date '2024-02-29'", ["2024-02-29", "2024-03-01"]],
  [
    "timestamp",
    ["2024-01-01 00:00:00", "2024-01-01 00:00:00.5"],
    "k0 > '2024-01-01 00:00:00.0'",
    ["2024-01-01 00:00:00.5"],
  ],
  ["string", ["2024", "2025", "202", "20244"], "k0 = 2024", ["2024"]],
  [
    "string",
    ["a", "a\u0001", "a\u0002b", "ab", "é", "🌿", "\uFFFD"],
    "k0 > 'a'",
    ["a\u0001", "a\u0002b", "ab", "é", "\uFFFD", "🌿"],
  ],
  ["string", ["abc", "abd", "b", "a%c"], "k0 like 'ab%'", ["abc", "abd"]],
  ["string", ["abc", "abd", "b", "a%c"], "k0 like '%c' and k0 not like 'a\\%_'", ["abc"]],
  ["string", ["it's", "its"], "k0 = 'it''s'", ["it's"]],
  ["varchar(9)", ["a", "__HIVE_DEFAULT_PARTITION__"], "k0 IS NOT NULL", ["a"]],
  [
    "string",
    ["a", "b", "c", "d"],
    "(k0 between 'b' and 'c') or (k0) <> ('a') and not k0 not in ('d')",
    ["b", "c", "d"],
  ],
  ["string", ["a", "b", "c"], "not (k0 = 'a' or k0 = 'b')", ["c"]],
  ["string", ["a", "b", "c"], "not (k0 >= 'b' and `K0` < 'c')", ["a", "c"]],
  ["string", ["a", "b"], "k0 between 'b' and 'a'", []],
  ["string", ["a", "b"], "k0 not between 'b' and 'a'", ["a", "b"]],
])("of %s keys %j, %s chooses %j", (type, values, expression, chosen) => {
  expect(choose(expression, [type], rows(...values)).chosen).toEqual(chosen);
});

test.each([
  ["int", "k0 = 'x'", '"x" is not an integer'],
  ["int", "k0 in (2.5)", '"2.5" is not an integer'],
  ["int", "k0 like '2'", "Integral data type doesn't support operation 'LIKE'"],
  ["decimal", "k0 = 'x'", '"x" is not a decimal'],
  ["date", "k0 = '2022-02-32'", '"2022-02-32" is not a date'],
  ["timestamp", "k0 = '2022-02-01'", '"2022-02-01" is not a timestamp'],
  ["float", "k0 = 1", "Unknown type : 'float'"],
  ["string", "k1 = 1", "Invalid partition expression!"],
  ["string", "k0 = ", "Unsupported expression 'k0 = '"],
  ["string", "k0 = k0", "Unsupported expression"],
  ["string", "k0 ~ 1", "Unsupported expression"],
  ["string", "k0 = 'a", "Unsupported expression"],
  ["string", "k0 = 1 k0 = 2", "Unsupported expression"],
  ["string", `${"(".repeat(5000)}k0 = 1`, "Unsupported expression"],
  ["string", `${"(".repeat(5000)}k0 = 1${")".repeat(5000)}`, "Unsupported expression"],
])("of %s keys, %s is refused: %s", (type, expression, words) => {
  expect(() => choose(expression, [type], [])).toThrow(words);
});

test("what lies outside of the spans is jumped over", () => {
  const days = Array.from({ length: 20 }, (_, day) => Array.from({ length: 50 }, (_, host) => [`${day}`, `h${host}`]));
  const types = ["int", "string"];
  const own = choose("k0 = 7", types, days.flat());
  expect(own.chosen).toHaveLength(50);
  expect(own.looks).toBeLessThanOrEqual(52);
  const inner = choose("k1 = 'h7' and k0 in (3, 5, 9)", types, days.flat());
  expect(inner.chosen).toEqual(["3/h7", "5/h7", "9/h7"]);
  expect(inner.looks).toBeLessThanOrEqual(13);
  const each = choose("k1 = 'h7'", types, days.flat());
  expect(each.chosen).toHaveLength(20);
  expect(each.looks).toBeLessThanOrEqual(61);
});

test("chooses what a plain reading of the expression chooses", () => {
  const value = fc.constantFrom("", "a", "ab", "b", "é", "\u0001", "\u0002", "z\u0003");
  const number = fc.integer({ min: -3, max: 3 });
  const test = fc.oneof(
    fc.tuple(fc.constantFrom("=", "<>", "<", "<=", ">", ">="), value).map(([is, of]) => ({
      text: `k0 ${is} '${of}'`,
      holds: ([k0]: readonly string[]) => relations[is]!(Buffer.compare(Buffer.from(k0!), Buffer.from(of))),
    })),
    fc.tuple(fc.constantFrom("=", "<>", "<", "<=", ">", ">="), number).map(([is, of]) => ({
      text: `k1 ${is} ${of}`,
      holds: ([, k1]: readonly string[]) => relations[is]!(Number(k1) - of),
    })),
    fc.tuple(number, number).map(([low, high]) => ({
      text: `k1 not between ${low} and ${high}`,
      holds: ([, k1]: readonly string[]) => !(Number(k1) >= low && Number(k1) <= high),
    })),
  );
  interface Case {
    readonly text: string;
    holds(row: readonly string[]): boolean;
  }
  const expression = fc.letrec<{ tree: Case }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      test,
      fc.tuple(tie("tree"), tie("tree"), fc.constantFrom("and", "or")).map(([one, other, word]) => ({
        text: `(${one.text} ${word} ${other.text})`,
        holds: (row: readonly string[]) =>
          word === "and" ? one.holds(row) && other.holds(row) : one.holds(row) || other.holds(row),
      })),
      tie("tree").map((one) => ({ text: `not (${one.text})`, holds: (row: readonly string[]) => !one.holds(row) })),
    ),
  })).tree;
  const row = fc.tuple(value, number.map(String));
  fc.assert(
    fc.property(expression, fc.uniqueArray(row, { selector: String, maxLength: 20 }), (asked, all) => {
      const plain = all.filter((one) => asked.holds(one)).map((one) => one.join("/"));
      expect(choose(asked.text, ["string", "int"], all).chosen.toSorted()).toEqual(plain.toSorted());
    }),
    { numRuns: 500 },
  );
});
const relations: Readonly<Record<string, (difference: number) => boolean>> = {
  "=": (difference) => difference === 0,
  "<>": (difference) => difference !== 0,
  "<": (difference) => difference < 0,
  "<=": (difference) => difference <= 0,
  ">": (difference) => difference > 0,
  ">=": (difference) => difference >= 0,
};

test("decimals are ordered as numbers are", () => {
  const decimal = keyType("decimal(38,18)")!;
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 });
  fc.assert(
    fc.property(number, number, (one, other) => {
      const [first, second] = [decimal.order(String(one))!, decimal.order(String(other))!];
      expect(`${first}\u0001` < `${second}\u0001`).toBe(one < other);
    }),
  );
});

test("texts are read as they were written", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => plainText(orderedText(text)) === text.toWellFormed()));
  const key = partitionKey(
    [
      { Name: "a", Type: "string" },
      { Name: "b", Type: "int" },
    ],
    ["x\u0001y", "07"],
  );
  expect([valueAt(key, 0, true), valueAt(key, orderedText("x\u0001y").length + 1, false)]).toEqual(["x\u0001y", "07"]);
});
