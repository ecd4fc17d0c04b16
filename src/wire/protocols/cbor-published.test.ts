import { describe, expect, test } from "vitest";
import { base64, codecOf, collectionCodec, read } from "./cbor-test-model.ts";

/** The bodies are of Smithy's protocol tests (github.com/smithy-lang/smithy, smithy-protocol-tests, Apache-2.0). */
describe("the published requests are read", () => {
  const simple = {
    byteValue: 5,
    doubleValue: 1.889,
    falseBooleanValue: false,
    floatValue: 7.625,
    integerValue: 256,
    longValue: 9873,
    shortValue: 9898,
    stringValue: "simple",
    trueBooleanValue: true,
    blobValue: Buffer.from("foo"),
  };
  const special = (value: number) => ({ doubleValue: value, floatValue: value });
  test.each([
    [
      "a map without its length",
      "v2lieXRlVmFsdWUFa2RvdWJsZVZhbHVl+z/+OVgQYk3TcWZhbHNlQm9vbGVhblZhbHVl9GpmbG9hdFZhbHVl+kD0AABsaW50ZWdlclZhbHVlGQEAaWxvbmdWYWx1ZRkmkWpzaG9ydFZhbHVlGSaqa3N0cmluZ1ZhbHVlZnNpbXBsZXB0cnVlQm9vbGVhblZhbHVl9WlibG9iVmFsdWVDZm9v/w==",
      simple,
    ],
    [
      "a map with its length, and keys in parts",
      "qmlieXRlVmFsdWUFf2Zkb3VibGVlVmFsdWX/+z/+OVgQYk3Tf2VmYWxzZWdCb29sZWFuZVZhbHVl//RqZmxvYXRWYWx1ZfpA9AAAbGludGVnZXJWYWx1ZRkBAGlsb25nVmFsdWUZJpFqc2hvcnRWYWx1ZRkmqn9mc3RyaW5nZVZhbHVl/2ZzaW1wbGVwdHJ1ZUJvb2xlYW5WYWx1ZfVpYmxvYlZhbHVlQ2Zvbw==",
      simple,
    ],
    [
      "unknown members of every kind",
      "v2lieXRlVmFsdWUFa2RvdWJsZVZhbHVl+z/+OVgQYk3TcWZhbHNlQm9vbGVhblZhbHVl9GpmbG9hdFZhbHVl+kD0AABrZXh0cmFPYmplY3S/c2luZGVmaW5pdGVMZW5ndGhNYXC/a3dpdGhBbkFycmF5nwECA///cWRlZmluaXRlTGVuZ3RoTWFwo3J3aXRoQURlZmluaXRlQXJyYXmDAQIDeB1hbmRTb21lSW5kZWZpbml0ZUxlbmd0aFN0cmluZ3gfdGhhdCBoYXMsIGJlZW4gY2h1bmtlZCBvbiBjb21tYWxub3JtYWxTdHJpbmdjZm9vanNob3J0VmFsdWUZJw9uc29tZU90aGVyRmllbGR2dGhpcyBzaG91bGQgYmUgc2tpcHBlZP9saW50ZWdlclZhbHVlGQEAaWxvbmdWYWx1ZRkmkWpzaG9ydFZhbHVlGSaqa3N0cmluZ1ZhbHVlZnNpbXBsZXB0cnVlQm9vbGVhblZhbHVl9WlibG9iVmFsdWVDZm9v/w==",
      simple,
    ],
    ["null", "v2tzdHJpbmdWYWx1Zfb/", {}],
    ["an empty map", "v/8=", {}],
    ["NaN", "v2tkb3VibGVWYWx1Zft/+AAAAAAAAGpmbG9hdFZhbHVl+n/AAAD/", special(Number.NaN)],
    ["Infinity", "v2tkb3VibGVWYWx1Zft/8AAAAAAAAGpmbG9hdFZhbHVl+n+AAAD/", special(Number.POSITIVE_INFINITY)],
    ["-Infinity", "v2tkb3VibGVWYWx1Zfv/8AAAAAAAAGpmbG9hdFZhbHVl+v+AAAD/", special(Number.NEGATIVE_INFINITY)],
    [
      "a text in parts",
      "oWtzdHJpbmdWYWx1ZX94HUFuIGV4YW1wbGUgaW5kZWZpbml0ZSBzdHJpbmcscSBjaHVua2VkIG9uIGNvbW1h/w==",
      { stringValue: "An example indefinite string, chunked on comma" },
    ],
    [
      "a byte string in parts",
      "oWlibG9iVmFsdWVfWCJBbiBleGFtcGxlIGluZGVmaW5pdGUtYnl0ZSBzdHJpbmcsUSBjaHVua2VkIG9uIGNvbW1h/w==",
      { blobValue: Buffer.from("An example indefinite-byte string, chunked on comma") },
    ],
    [
      "narrower numbers",
      "v2tkb3VibGVWYWx1Zfk+AGpmbG9hdFZhbHVl+UegbGludGVnZXJWYWx1ZRg4aWxvbmdWYWx1ZRkBAGpzaG9ydFZhbHVlCv8=",
      { doubleValue: 1.5, floatValue: 7.625, integerValue: 56, longValue: 256, shortValue: 10 },
    ],
  ])("%s", (_what, body, input) => expect(read(base64(body))).toEqual(input));

  const chunked = [
    "An example indefinite string, which will be chunked, on each comma",
    "Another example indefinite string with only one chunk",
    "This is a plain string",
  ];
  test.each([
    [
      "lists",
      "v2pzdHJpbmdMaXN0gmNmb29jYmFyaXN0cmluZ1NldIJjZm9vY2JhcmtpbnRlZ2VyTGlzdIIBAmtib29sZWFuTGlzdIL19G10aW1lc3RhbXBMaXN0gsH7QdTX+/OAAADB+0HU1/vzgAAAaGVudW1MaXN0gmNGb29hMGtpbnRFbnVtTGlzdIIBAnBuZXN0ZWRTdHJpbmdMaXN0goJjZm9vY2JhcoJjYmF6Y3F1eG1zdHJ1Y3R1cmVMaXN0gqJhYWExYWJhMqJhYWEzYWJhNGhibG9iTGlzdIJDZm9vQ2Jhcv8=",
      {
        stringList: ["foo", "bar"],
        integerList: [1, 2],
        booleanList: [true, false],
        timestampList: [new Date(1398796238000), new Date(1398796238000)],
        nestedStringList: [
          ["foo", "bar"],
          ["baz", "qux"],
        ],
        structureList: [
          { a: "1", b: "2" },
          { a: "3", b: "4" },
        ],
        blobList: [Buffer.from("foo"), Buffer.from("bar")],
      },
    ],
    ["an empty list without its length", "v2pzdHJpbmdMaXN0n///", {}],
    ["an empty list with its length", "oWpzdHJpbmdMaXN0gA==", {}],
    [
      "texts in parts in a list without its length",
      "v2pzdHJpbmdMaXN0n394HUFuIGV4YW1wbGUgaW5kZWZpbml0ZSBzdHJpbmcsdyB3aGljaCB3aWxsIGJlIGNodW5rZWQsbiBvbiBlYWNoIGNvbW1h/394NUFub3RoZXIgZXhhbXBsZSBpbmRlZmluaXRlIHN0cmluZyB3aXRoIG9ubHkgb25lIGNodW5r/3ZUaGlzIGlzIGEgcGxhaW4gc3RyaW5n//8=",
      { stringList: chunked },
    ],
    [
      "texts in parts in a list with its length",
      "oWpzdHJpbmdMaXN0g394HUFuIGV4YW1wbGUgaW5kZWZpbml0ZSBzdHJpbmcsdyB3aGljaCB3aWxsIGJlIGNodW5rZWQsbiBvbiBlYWNoIGNvbW1h/394NUFub3RoZXIgZXhhbXBsZSBpbmRlZmluaXRlIHN0cmluZyB3aXRoIG9ubHkgb25lIGNodW5r/3ZUaGlzIGlzIGEgcGxhaW4gc3RyaW5n",
      { stringList: chunked },
    ],
    [
      "maps of structures",
      "oW5kZW5zZVN0cnVjdE1hcKJjZm9voWJoaWV0aGVyZWNiYXqhYmhpY2J5ZQ==",
      { denseStructMap: { foo: { hi: "there" }, baz: { hi: "bye" } } },
    ],
    [
      "maps of zero and false",
      "om5kZW5zZU51bWJlck1hcKFheABvZGVuc2VCb29sZWFuTWFwoWF49A==",
      { denseNumberMap: { x: 0 }, denseBooleanMap: { x: false } },
    ],
    ["maps of lists", "oWtkZW5zZVNldE1hcKJheIBheYJhYWFi", { denseSetMap: { x: [], y: ["a", "b"] } }],
    ["null in a map", "v29zcGFyc2VTdHJpbmdNYXC/Y2Zvb/b//w==", { sparseStringMap: { foo: null } }],
  ])("%s", (_what, body, input) => expect(read(base64(body), collectionCodec)).toEqual(input));

  test("no input: an empty map, or no body at all, whatever its content type", () => {
    const codec = codecOf("NoInputOutput");
    expect(read(base64("v/8="), codec)).toEqual({});
    for (const headers of [{}, { "content-type": "application/cbor" }, { "content-type": "text/plain" }]) {
      expect(read(Buffer.alloc(0), codec, headers as Record<string, string>)).toEqual({});
    }
  });
});
