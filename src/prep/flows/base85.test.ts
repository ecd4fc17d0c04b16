import { expect, test } from "vitest";
import { decodeBase85 } from "./base85.ts";

/** Written by Python's base64.b85encode. */
test.each([
  ["", []],
  ["00", [0]],
  ["Xk~0{", [0x68, 0x65, 0x6c, 0x6c]],
  ["Xk~0{Zv", [0x68, 0x65, 0x6c, 0x6c, 0x6f]],
  ["|NZ", [255, 254]],
])("%s is decoded", (text, bytes) => expect([...decodeBase85(text)!]).toEqual(bytes));

test.each(['"', "~~~~~", "a b"])("%s is no text in base 85", (text) => expect(decodeBase85(text)).toBeUndefined());
