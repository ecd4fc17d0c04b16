import { expect, test } from "vitest";
import { linesIn } from "./lines-in.ts";

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.each([1, 3, 1_000])("lines end at line feeds alone, in pieces of %i bytes", async (size) => {
  const lines = ['{"a":"x\u2028y\u2029z"}', "", "🌿ü", '{"b":"\\n"}'];
  for (const text of [`${lines.join("\n")}\n`, lines.join("\n")]) {
    const found: string[] = [];
    for await (const line of linesIn(pieces(Buffer.from(text), size))) found.push(line);
    expect(found).toEqual(lines);
  }
});
