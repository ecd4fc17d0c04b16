import { expect, it } from "vitest";
import { PickledName, PickledObject, PickleError, pickledBytes, readPickle } from "./pickle.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

// What Python's pickle.dumps writes of {"a": [1, -2, 2**40, 1.5, None, True], "b": ("x", b"y", bytearray(b"z"))}.
const dumped: Readonly<Record<string, string>> = {
  "protocol 2":
    "\x80\x02}q\0(X\x01\0\0\0aq\x01]q\x02(K\x01J\xfe\xff\xff\xff\x8a\x06\0\0\0\0\0\x01G?\xf8\0\0\0\0\0\0N\x88eX\x01\0\0\0bq\x03X\x01\0\0\0xq\x04c_codecs\nencode\nq\x05X\x01\0\0\0yq\x06X\x06\0\0\0latin1q\x07\x86q\x08Rq\tc__builtin__\nbytearray\nq\nX\x01\0\0\0zq\x0bX\x07\0\0\0latin-1q\x0c\x86q\rRq\x0e\x87q\x0fu.",
  "protocol 5":
    "\x80\x05\x95G\0\0\0\0\0\0\0}\x94(\x8c\x01a\x94]\x94(K\x01J\xfe\xff\xff\xff\x8a\x06\0\0\0\0\0\x01G?\xf8\0\0\0\0\0\0N\x88e\x8c\x01b\x94\x8c\x01x\x94C\x01y\x94\x96\x01\0\0\0\0\0\0\0z\x94\x87\x94u.",
};

it.each(Object.entries(dumped))("%s", (_, text) => {
  const value = readPickle(bytesOf(text)) as Map<string, unknown[]>;
  expect(value.get("a")).toEqual([1, -2, 2 ** 40, 1.5, null, true]);
  const [x, y, z] = value.get("b") as [unknown, never, never];
  expect([x, pickledBytes(y), pickledBytes(z)]).toEqual(["x", bytesOf("y"), bytesOf("z")]);
});

it("what would be run is described", () => {
  const value = readPickle(bytesOf("\x80\x03cos\nsystem\nX\x02\0\0\0ls\x85R}X\x01\0\0\0aK\x01sb.")) as PickledObject;
  expect(value).toBeInstanceOf(PickledObject);
  expect(value.of).toEqual(new PickledName("os.system"));
  expect([value.args, value.state]).toEqual([["ls"], new Map([["a", 1]])]);
});

it.each([
  ["nothing", ""],
  ["half a text", "\x80\x03X\xff\0\0\0a"],
  ["a code that is not known", "\x80\x03\x01"],
  ["a value that is not there", "\x80\x03R."],
  ["a mark in place of a value", "\x80\x03(."],
  ["a memory that is not there", "\x80\x03h\x07."],
])("of %s nothing is read", (_, text) => {
  expect(() => readPickle(bytesOf(text))).toThrow(PickleError);
});
