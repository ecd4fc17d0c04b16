import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exitMessage } from "./exit-message.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "exit-message-")));
  mkdirSync(join(root, "output"));
});
afterEach(() => rmSync(root, { recursive: true }));

async function messageOf(bytes: string | Buffer) {
  writeFileSync(join(root, "output/message"), bytes);
  return exitMessage(root);
}

it("is the text of the file, absent without one", async () => {
  expect(await exitMessage(root)).toEqual({});
  expect(await messageOf("")).toEqual({});
  expect(await messageOf("done: ä\n")).toEqual({ text: "done: ä\n" });
});

it("is the first 1,024 bytes, without a character that the limit cuts", async () => {
  expect(await messageOf("x".repeat(5000))).toEqual({ text: "x".repeat(1024) });
  expect(await messageOf(`${"x".repeat(1023)}ä`)).toEqual({ text: "x".repeat(1023) });
  expect(await messageOf(`${"x".repeat(1022)}ä`)).toEqual({ text: `${"x".repeat(1022)}ä` });
});

it("is a fault when it is no UTF-8, also where it ends within a character", async () => {
  const fault = "The exit message in /opt/ml/output/message is not encoded in UTF-8.";
  for (const bytes of [
    [0xff, 0xfe],
    [0x61, 0xc3],
  ])
    expect(await messageOf(Buffer.from(bytes))).toEqual({ fault });
});
