import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { entryPointCommand, entryPointKind } from "./entry-point.ts";

const folder = mkdtempSync(join(tmpdir(), "entry-point-"));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "code/x"), { recursive: true });
const names = ["train.py", "x/train.py", "train_ü.py", "t=1.py", "%t.py", "-t.py", "a b.py", "run.sh"];
for (const name of [...names, "../secret.py"]) writeFileSync(join(folder, "code", name), "");
symlinkSync("../secret.py", join(folder, "code/out.py"));

it.each([...names, "./train.py", "x/../train.py", "./x//train.py"])("%s is an entry point", (name) => {
  expect(entryPointKind(name, join(folder, "code"))).toBe(name.endsWith(".sh") ? "command" : "program");
});

it.each([
  [undefined, /names no script/],
  ["../secret.py", /is no path inside the source folder/],
  ["x/../../secret.py", /is no path inside the source folder/],
  [join(folder, "code/train.py"), /is no path inside the source folder/],
  ["a\nb.py", /is no path inside the source folder/],
  ["..", /is no path inside the source folder/],
  ["other.py", /is not there\. The source folder has %t\.py, /],
  ["out.py", /leads out of the source folder/],
])("%j is none", (name, words) => {
  expect(() => entryPointKind(name, join(folder, "code"))).toThrow(words);
});

it("is run under its own name, as a module without what leads to it", () => {
  expect(entryPointCommand("program", "./train.py", ["--a", "1"], "python")).toEqual([
    ...["python", "--", "./train.py", "--a", "1"],
  ]);
  expect(entryPointCommand("package", "./train.py", [], "python")).toEqual(["python", "-m", "train"]);
  expect(entryPointCommand("command", "a b.sh", ["x y"], "python")).toEqual(["/bin/sh", "-c", "./'a b.sh' 'x y'"]);
});
