import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { calledFolder } from "../conformance/proven.ts";
import { provenFile } from "./gen/coverage.ts";

/**
 * After the conformance tests: compares what real clients called in them with what conformance/proven.json claims. It
 * fails when they differ, and writes newly proven operations there, except in CI.
 */
const file = join(import.meta.dirname, "..", provenFile);
const claimed: string[] = JSON.parse(await readFile(file, "utf8"));

const called = new Set<string>();
for (const name of globSync("*.json", { cwd: calledFolder })) {
  for (const operation of JSON.parse(await readFile(join(calledFolder, name), "utf8"))) called.add(operation);
}

const lost = claimed.filter((operation) => !called.has(operation));
const gained = [...called].filter((operation) => !claimed.includes(operation)).sort();
if (lost.length > 0) console.log(`${provenFile} claims what no client called with success: ${lost.join(", ")}`);
if (gained.length > 0) {
  if (!process.env.CI) await writeFile(file, `${JSON.stringify([...called].sort(), undefined, 2)}\n`);
  console.log(`Newly proven: ${gained.join(", ")}. Run npm test where CI is not set, then npm run gen, and commit.`);
}
if (lost.length + gained.length > 0) process.exitCode = 1;
