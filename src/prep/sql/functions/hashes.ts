import { long } from "../../column-type.ts";
import { differing, type SqlFunction } from "./sql-function.ts";

/** How an engine says the arithmetic of a hash: on whole numbers of 64 bits that hold 32 without a sign. */
interface Arithmetic {
  /** The product, of which 32 bits stay. */
  multiply(one: string, by: number): string;
  quotient(one: string, by: number): string;
  exclusiveOr(one: string, other: string): string;
  /** `body` with a name for a value. */
  within(value: string, name: string, body: string): string;
  /** The bytes of a text, two digits each. */
  hexadecimal(text: string): string;
  parse(digits: string): string;
  /** `body` for each number from 0 to one less than `count`. */
  each(count: string, name: string, body: string): string;
  fold(list: string, start: number, total: string, item: string, body: string): string;
}

const words = 2 ** 32;

/**
 * MurmurHash3 (x86, 32 bits) of a text's UTF-8 with the seed 42, as a number with a sign: what Spark's HashingTF and FeatureHasher
 * have from version 3 on (`hashUnsafeBytes2`). Spark's own function `hash` treats the last bytes otherwise.
 */
function murmur3(of: Arithmetic): string {
  const { exclusiveOr, multiply, quotient, within } = of;
  const rotate = (one: string, bits: number) =>
    `(${one} * ${2 ** bits} % ${words} + ${quotient(one, 2 ** (32 - bits))})`;
  const shifted = (one: string, bits: number) => exclusiveOr(one, quotient(one, 2 ** bits));
  const mixed = (key: string) => multiply(rotate(multiply(key, 0xcc9e2d51), 15), 0x1b873593);
  // The least byte is the first. What the last block lacks is 0.
  const block = (at: string) =>
    of.parse([6, 4, 2, 0].map((offset) => `substring(__x, CAST(${at} * 8 + ${offset + 1} AS INT), 2)`).join(" || "));
  const bytes = "(length(__x) - 8)";
  const blocks = of.each(quotient(bytes, 8), "__i", block("__i"));
  const next = `((${rotate(exclusiveOr("__h", mixed("__k")), 13)} * 5 + ${0xe6546b64}) % ${words})`;
  const last = mixed(block(quotient(bytes, 8)));
  const whole = exclusiveOr(exclusiveOr(of.fold(blocks, 42, "__h", "__k", next), last), quotient(bytes, 2));
  const unsigned = within(
    whole,
    "__a",
    within(
      shifted("__a", 16),
      "__b",
      within(
        shifted(multiply("__b", 0x85ebca6b), 13),
        "__c",
        within(multiply("__c", 0xc2b2ae35), "__d", shifted("__d", 16)),
      ),
    ),
  );
  const signed = within(unsigned, "__e", `CASE WHEN __e >= ${2 ** 31} THEN __e - ${words} ELSE __e END`);
  return within(`${of.hexadecimal("$1")} || '00000000'`, "__x", signed);
}

const duckdb: Arithmetic = {
  multiply: (one, by) => `CAST(CAST(${one} AS UBIGINT) * ${by}::UBIGINT % ${words} AS BIGINT)`,
  quotient: (one, by) => `(${one} // ${by})`,
  exclusiveOr: (one, other) => `xor(${one}, ${other})`,
  within: (value, name, body) => `list_transform([${value}], lambda ${name}: ${body})[1]`,
  hexadecimal: (text) => `hex(encode(${text}))`,
  parse: (digits) => `CAST('0x' || ${digits} AS BIGINT)`,
  each: (count, name, body) => `list_transform(range(${count}), lambda ${name}: ${body})`,
  fold: (list, start, total, item, body) => `list_reduce(${list}, lambda ${total}, ${item}: ${body}, ${start}::BIGINT)`,
};

const spark: Arithmetic = {
  multiply: (one, by) => `CAST(CAST(${one} AS DECIMAL(10, 0)) * CAST(${by} AS DECIMAL(10, 0)) % ${words} AS BIGINT)`,
  quotient: (one, by) => `(${one} div ${by})`,
  exclusiveOr: (one, other) => `(${one} ^ ${other})`,
  within: (value, name, body) => `transform(array(${value}), ${name} -> ${body})[0]`,
  hexadecimal: (text) => `hex(${text})`,
  parse: (digits) => `CAST(conv(${digits}, 16, 10) AS BIGINT)`,
  each: (count, name, body) => `transform(slice(sequence(0L, ${count}), 1, CAST(${count} AS INT)), ${name} -> ${body})`,
  fold: (list, start, total, item, body) => `aggregate(${list}, ${start}L, (${total}, ${item}) -> ${body})`,
};

/** Hashes that places in vectors are made of. */
export const hashes = {
  murmur3: differing(long, murmur3(duckdb), murmur3(spark)),
} satisfies Readonly<Record<string, SqlFunction>>;
