import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateFollowers, generateUpkeep } from "./entries.ts";
import type { Generator } from "./generators.ts";
import { generateKinds } from "./kinds.ts";
import { generateReconcilers } from "./reconcilers.ts";
import { generateServices } from "./services.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagebrush-gen-"));
  mkdirSync(join(root, "src", "frame"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const addUnit = (file: string, unit: object) => {
  const path = join(root, "src", "services", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `export const unit = ${JSON.stringify(unit)};\n`);
};

const kind = { unit: "kind", name: "test/thing", definition: { service: "test", kind: "thing" }, shape: "1" };
const reconciler = { unit: "reconciler", kind: { name: "test/thing" }, unfinished: ["Going"] };
const job = { ...kind, unit: "job", service: "sagemaker", operations: { CreateThing: {} }, reconciler };
const twice: readonly (readonly [string, Generator, object, object, string])[] = [
  ["a kind", generateKinds, kind, kind, "The kind test/thing is defined in a/one.ts and in b/two.ts."],
  [
    "a name in Search",
    generateKinds,
    { ...kind, definition: { ...kind.definition, search: "Thing" } },
    { ...kind, name: "test/other", definition: { service: "test", kind: "other", search: "Thing" } },
    "Search would find test/thing and test/other under the name Thing.",
  ],
  ["a kind that is a job too", generateKinds, kind, job, "The kind test/thing is defined in a/one.ts and in b/two.ts."],
  [
    "a reconciler",
    generateReconcilers,
    reconciler,
    reconciler,
    "test/thing has a reconciler in a/one.ts and one in b/two.ts.",
  ],
  [
    "the reconciler of a job",
    generateReconcilers,
    job,
    reconciler,
    "test/thing has a reconciler in a/one.ts and one in b/two.ts.",
  ],
  [
    "a follower",
    generateFollowers,
    { unit: "follower", name: "index", kinds: ["*"] },
    { unit: "follower", name: "index", kinds: [] },
    "The follower index is defined in a/one.ts and in b/two.ts.",
  ],
  [
    "upkeep",
    generateUpkeep,
    { unit: "upkeep", name: "sweep", everyMilliseconds: 1 },
    { unit: "upkeep", name: "sweep", everyMilliseconds: 2 },
    "The upkeep sweep is defined in a/one.ts and in b/two.ts.",
  ],
  [
    "an operation",
    generateServices,
    job,
    { unit: "operations", service: "sagemaker", operations: { CreateThing: {} } },
    "CreateThing is answered in a/one.ts and in b/two.ts.",
  ],
];

test.each(twice)(
  "%s is listed once, and refused when it is given twice",
  async (_, generate, first, second, refusal) => {
    addUnit("a/one.ts", first);
    const [list] = (await generate(root)).values();
    expect(list).toContain('import("./a/one.ts")');
    addUnit("b/two.ts", second);
    await expect(generate(root)).rejects.toThrow(refusal);
  },
);

test("a parent is a kind, and no deletion takes children that have children of their own", async () => {
  const child = (name: string, parent: object) => ({ unit: "kind", name, definition: { parent }, shape: "1" });
  addUnit("a/child.ts", child("test/child", { kind: "test/thing", deletion: "takes children" }));
  await expect(generateKinds(root)).rejects.toThrow("The parent of test/child is test/thing, which is no kind.");
  addUnit("a/one.ts", kind);
  const [list] = (await generateKinds(root)).values();
  expect(list).toContain('parent: {"kind":"test/thing","deletion":"takes children"}');
  addUnit("b/grandchild.ts", child("test/grandchild", { kind: "test/child", deletion: "refused" }));
  await expect(generateKinds(root)).rejects.toThrow(
    "The deletion of a test/thing takes test/child, and would leave its test/grandchild without parent.",
  );
});
