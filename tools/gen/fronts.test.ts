import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateFronts } from "./fronts.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagebrush-gen-"));
  mkdirSync(join(root, "src", "fronts"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const addFront = (file: string, name: string) =>
  writeFileSync(join(root, "src", "fronts", file), `export const page = { unit: "front", name: "${name}" };\n`);

test("lists every front, and refuses a name that is given twice", async () => {
  addFront("a.ts", "one");
  addFront("b.ts", "two");
  const list = (await generateFronts(root)).get("src/fronts/fronts.gen.ts");
  expect(list).toContain('  () => import("./a.ts").then((file) => file.page),\n  () => import("./b.ts")');
  addFront("c.ts", "one");
  await expect(generateFronts(root)).rejects.toThrow("The front one is declared in a.ts and in c.ts.");
});
