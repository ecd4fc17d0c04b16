import { expect, it } from "vitest";
import { readUbjson, UbjsonError } from "./ubjson.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

it.each<[string, string, unknown]>([
  ["an object", "{i\x01aT}", { a: true }],
  ["an object with a count", "{#i\x02i\x01aFi\x01bZ", { a: false, b: null }],
  ["a list", "[i\xffU\xffI\x01\0l\0\0\x01\0Si\x02hi]", [-1, 255, 256, 256, "hi"]],
  ["numbers of one type", "[$d#L\0\0\0\0\0\0\0\x02\x3f\x80\0\0\xc0\0\0\0", [1, -2]],
  ["a long number", "L\0\0\x01\0\0\0\0\0", 2 ** 40],
  ["a double", "D\x3f\xf8\0\0\0\0\0\0", 1.5],
  ["nothing before a value", "NNT", true],
  ["a name of the language", "{i\x09__proto__i\x01}", Object.assign(Object.create(null), { ["__proto__"]: 1 })],
])("reads %s", (_, text, value) => {
  expect(readUbjson(bytesOf(text))).toEqual(value);
});

it.each([
  ["nothing", ""],
  ["half an object", "{i\x01a"],
  ["half a number", "L\0"],
  ["more values than there are bytes", "[$d#L\0\0\0\x7f\0\0\0\0"],
  ["half a text", "Si\x7fabc"],
  ["a type that is not known", "[q]"],
  ["lists in lists without end", "[".repeat(1000)],
])("of %s nothing is read", (_, text) => {
  expect(() => readUbjson(bytesOf(text))).toThrow(UbjsonError);
});
