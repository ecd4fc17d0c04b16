import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

test("lines are read as they come, and a stream that breaks off ends nothing but itself", async () => {
  const input = new PassThrough();
  const lines: string[] = [];
  readLines(input, (line) => lines.push(line));
  const failed = new Promise((resolve) => input.once("error", resolve));
  input.write("one\ntwo\nthr");
  await expect.poll(() => lines).toEqual(["one", "two"]);
  input.destroy(new Error("read ECONNRESET"));
  expect(await failed).toMatchObject({ message: "read ECONNRESET" });
  // An error without a listener is thrown in a turn of its own.
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toEqual(["one", "two"]);
});
