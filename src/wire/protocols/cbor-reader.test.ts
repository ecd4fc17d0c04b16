import { cbor } from "@smithy/core/cbor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64, codecOf, collectionCodec, hex, one, read, scalarCodec } from "./cbor-test-model.ts";

describe("numbers", () => {
  test.each([
    ["f97c00", Number.POSITIVE_INFINITY],
    ["f9fc00", Number.NEGATIVE_INFINITY],
    ["f97c01", Number.NaN],
    ["f97e00", Number.NaN],
    ["f90050", 1.25 * 2 ** -18],
    ["f98001", -(2 ** -24)],
    ["f98000", -0],
    ["fa7f7fffff", 3.4028234663852886e38],
    ["fb3ff199999999999a", 1.1],
    ["1b7fffffffffffffff", 2 ** 63],
    ["1bffffffffffffffff", 2 ** 64],
    ["3bffffffffffffffff", -(2 ** 64)],
    ["1b001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["3b001ffffffffffffe", Number.MIN_SAFE_INTEGER],
    ["3903e7", -1000],
    ["1a000f4240", 1_000_000],
  ])("%s is a double %d", (value, double) => expect(read(one("doubleValue", value))).toEqual({ doubleValue: double }));

  test.each([
    ["integerValue", "1a7fffffff", { integerValue: 2 ** 31 - 1 }],
    ["integerValue", "f94000", { integerValue: 2 }],
    [
      "integerValue",
      "1a80000000",
      "SerializationException: '2147483648' can not be converted to an Integer at 'integerValue'",
    ],
    ["integerValue", "f93e00", "SerializationException: '1.5' can not be converted to an Integer at 'integerValue'"],
    ["integerValue", "f97e00", "SerializationException: 'NaN' can not be converted to an Integer at 'integerValue'"],
    ["longValue", "1b7fffffffffffffff", { longValue: 2 ** 63 }],
    ["longValue", "3b7fffffffffffffff", { longValue: -(2 ** 63) }],
    [
      "longValue",
      "1bffffffffffffffff",
      "SerializationException: '18446744073709552000' can not be converted to a Long at 'longValue'",
    ],
  ])("%s %s", (member, value, outcome) => expect(read(one(member, value))).toEqual(outcome));
});

describe("timestamps", () => {
  const when = (value: string) => read(one("when", value), collectionCodec);
  test.each([
    ["c1fb41cc37db380fbe77", 946845296123],
    ["c11a6553f100", 1700000000000],
    ["c120", -1000],
    ["c1f93e00", 1500],
    ["1a6553f100", 1700000000000],
  ])("%s", (value, milliseconds) => expect(when(value)).toEqual({ when: new Date(milliseconds) }));
  test.each([
    ["c1fb7e37e43c8800759c", "'1e+300' can not be converted to a Timestamp"],
    ["c1f97e00", "'NaN' can not be converted to a Timestamp"],
    ["c074323032362d30312d30315430303a30303a30305a", "TAG_VALUE can not be converted to a Timestamp"],
    ["6131", "STRING_VALUE can not be converted to a Timestamp"],
    ["c161ff", "STRING_VALUE can not be converted to a Timestamp"],
    ["f5", "TRUE_VALUE can not be converted to a Timestamp"],
  ])("%s is none", (value, words) => expect(when(value)).toBe(`SerializationException: ${words} at 'when'`));
});

test.each([
  ["stringValue", "01", "NUMBER_VALUE can not be converted to a String"],
  ["stringValue", "20", "NUMBER_VALUE can not be converted to a String"],
  ["stringValue", "f93e00", "NUMBER_VALUE can not be converted to a String"],
  ["stringValue", "4161", "BLOB_VALUE can not be converted to a String"],
  ["stringValue", "f4", "FALSE_VALUE can not be converted to a String"],
  ["stringValue", "f820", "SIMPLE_VALUE can not be converted to a String"],
  ["stringValue", "c16161", "TAG_VALUE can not be converted to a String"],
  ["stringValue", "80", "Start of list found where not expected"],
  ["stringValue", "a0", "Start of structure or map found where not expected"],
  ["trueBooleanValue", "01", "NUMBER_VALUE can not be converted to a Boolean"],
  ["blobValue", "6161", "STRING_VALUE can not be converted to a Blob"],
  ["doubleValue", "634e614e", "STRING_VALUE can not be converted to a Double"],
  ["doubleValue", "c24101", "TAG_VALUE can not be converted to a Double"],
])("a value of the wrong type: %s %s", (member, value, words) => {
  expect(read(one(member, value))).toBe(`SerializationException: ${words} at '${member}'`);
});

test("the path of a wrong value leads through lists and maps", () => {
  const read1 = (value: unknown) => read(cbor.serialize(value), collectionCodec);
  expect(read1({ integerList: [1, "x"] })).toMatch(/ an Integer at 'integerList\.2\.member'$/);
  expect(read1({ structureList: [{ a: 1 }] })).toMatch(/ a String at 'structureList\.1\.member\.a'$/);
  expect(read1({ denseNumberMap: { x: true } })).toMatch(/ an Integer at 'denseNumberMap\.x\.member'$/);
  expect(read1({ denseNumberMap: [] })).toMatch(/list found where not expected at 'denseNumberMap'$/);
  expect(read1({ integerList: {} })).toMatch(/map found where not expected at 'integerList'$/);
  expect(read1([])).toBe("SerializationException: Start of list found where not expected");
  expect(read1("x")).toBe("SerializationException: STRING_VALUE can not be converted to a structure");
});

test("undefined counts as null; __proto__ is a key like any other", () => {
  expect(read(one("stringValue", "f7"))).toEqual({});
  expect(read(hex("bf 69", Buffer.from("__proto__").toString("hex"), "a0 ff"))).toEqual({});
  const map = read(one("sparseStringMap", `a1 69 ${Buffer.from("__proto__").toString("hex")} 6161`), collectionCodec);
  expect(Object.entries((map as { sparseStringMap: object }).sparseStringMap)).toEqual([["__proto__", "a"]]);
  expect(Object.getPrototypeOf((map as { sparseStringMap: object }).sparseStringMap)).toBe(Object.prototype);
});

describe("what is not CBOR is a SerializationException", () => {
  const malformed = (body: Uint8Array, words: string, codec = scalarCodec) =>
    expect(read(body, codec)).toBe(`SerializationException: Could not parse request body into CBOR: ${words}`);
  test.each([
    ["a0 00", "bytes follow the document, at byte 1"],
    ["a0 a0", "bytes follow the document, at byte 1"],
    ["bf", "the document ends within an item, at byte 1"],
    ["a1", "the document ends within an item, at byte 1"],
    ["ff", "the byte 0xff begins no item, at byte 0"],
    ["1c", "the byte 0x1c begins no item, at byte 0"],
    ["1f", "the byte 0x1f begins no item, at byte 0"],
    ["a1 01 02", "a key is not a text, at byte 2"],
    ["a1 f6 02", "a key is not a text, at byte 2"],
    ["bf 61", "the document ends within an item, at byte 2"],
    ["bf 61 61 ff", "the byte 0xff begins no item, at byte 3"],
    ["a1 61 61 9bffffffffffffffff", "the document ends within an item, at byte 12"],
    ["a1 61 61 5bffffffffffffffff", "the document ends within an item, at byte 12"],
    ["a1 61 61 c25bffffffffffffffff", "the document ends within an item, at byte 13"],
    ["a1 61 61 5f 61 61 ff", "a part of a text or byte string is of another kind, at byte 5"],
    ["a1 61 61 7f 7f ff ff", "a part of a text or byte string is of another kind, at byte 5"],
    ["7b 22", "the document ends within an item, at byte 0"],
  ])("%s", (body, words) => malformed(hex(body), words));

  test("a text that is not UTF-8, whole or in parts", () => {
    malformed(one("stringValue", "62c328"), "a text is not UTF-8");
    malformed(one("stringValue", "7f 61c3 61bc ff"), "a text is not UTF-8");
    malformed(one("sparseStringMap", "a1 61ff 6161"), "a text is not UTF-8", collectionCodec);
    expect(read(one("stringValue", "63efbbbf"))).toEqual({ stringValue: "\ufeff" });
  });

  test("JSON", () => expect(read(Buffer.from('{"stringValue":"a"}'))).toMatch(/^SerializationException: /));

  test("each beginning of a document", () => {
    const body = base64(
      "qmlieXRlVmFsdWUFf2Zkb3VibGVlVmFsdWX/+z/+OVgQYk3Tf2VmYWxzZWdCb29sZWFuZVZhbHVl//RqZmxvYXRWYWx1ZfpA9AAAbGludGVnZXJWYWx1ZRkBAGlsb25nVmFsdWUZJpFqc2hvcnRWYWx1ZRkmqn9mc3RyaW5nZVZhbHVl/2ZzaW1wbGVwdHJ1ZUJvb2xlYW5WYWx1ZfVpYmxvYlZhbHVlQ2Zvbw==",
    );
    for (let length = 1; length < body.length; length++) {
      expect(read(body.subarray(0, length)), String(length)).toMatch(/^SerializationException: .* ends within an item/);
    }
  });

  test("a document nested a million deep, in known and in unknown members", () => {
    const deep = 1_000_000;
    const nested = (begin: Buffer, each: Buffer) => Buffer.concat([begin, Buffer.alloc(deep * each.length, each)]);
    const tooDeep = "SerializationException: The document is nested too deeply";
    expect(read(nested(hex("a1 61 61"), hex("81")))).toBe(tooDeep);
    expect(read(nested(hex("a1 61 61"), hex("c1")))).toBe(tooDeep);
    expect(read(nested(hex(""), Buffer.concat([hex("a1"), cbor.serialize("Inside")])), codecOf("Tree"))).toContain(
      "The document is nested too deeply",
    );
  });
});

test("the content type of a body is application/cbor", () => {
  const body = cbor.serialize({ stringValue: "a" });
  const by = (type: string) => read(body, scalarCodec, type === "" ? {} : { "content-type": type });
  for (const type of ["application/cbor", "Application/CBOR", "application/cbor; charset=utf-8"]) {
    expect(by(type)).toEqual({ stringValue: "a" });
  }
  for (const type of ["", "application/json", "application/cbor-seq", "application/vnd.amazon.eventstream"]) {
    expect(by(type)).toBe(
      `UnsupportedMediaTypeException: The body of this request must be application/cbor, not "${type}".`,
    );
  }
});

test("whatever it is given, a reader returns or throws a Fault", () => {
  const start = fc.constantFrom(hex("bf"), hex("a5"), one("stringList", "9f"), one("structureList", "8abf"));
  fc.assert(
    fc.property(
      start,
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom("Collections", "Tree"),
      (head, bytes, name) => {
        read(Buffer.concat([head, bytes]), codecOf(name));
      },
    ),
    { numRuns: 3000, seed: 3 },
  );
});

test("what another encoder writes is read", () => {
  const value = fc.record(
    {
      stringValue: fc.string({ unit: "grapheme", maxLength: 300 }),
      // The encoder writes -0 as the integer 0.
      doubleValue: fc.double().map((double) => (double === 0 ? 0 : double)),
      longValue: fc.maxSafeInteger(),
      integerValue: fc.integer(),
      trueBooleanValue: fc.boolean(),
      blobValue: fc.uint8Array({ maxLength: 300 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(value, (input) => {
      expect(read(cbor.serialize(input))).toEqual(
        input.blobValue ? { ...input, blobValue: Buffer.from(input.blobValue) } : input,
      );
    }),
    { numRuns: 500, seed: 3 },
  );
});
