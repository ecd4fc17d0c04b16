import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { productNode, productRoot } from "./product.ts";

const folder = mkdtempSync(join(tmpdir(), "compiled-"));
const root = join(folder, "product");
const cache = join(folder, "cache");

beforeAll(() => {
  for (const part of ["package.json", "src"]) cpSync(join(productRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(productRoot, "node_modules"), join(root, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs lines in a process of the copied product that has the cache. */
function inProduct(lines: string): string {
  const module = JSON.stringify(join(root, "src/server/process/compile-programs.ts"));
  const source = `import { areProgramsCompiled, compilePrograms } from ${module};\nconst root = ${JSON.stringify(root)};\n${lines}`;
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache };
  const words = ["--input-type=module", "--eval", source];
  return execFileSync(productNode, words, { env, encoding: "utf8" });
}

const isCompiled = () => inProduct("process.stdout.write(String(areProgramsCompiled(root)))");
const compile = () => inProduct("await compilePrograms(root)");

/** Starts the program that stages a job, and returns how many of its files the cache does not have as they are. */
function missing(): number {
  const env = { NODE_COMPILE_CACHE: cache, NODE_DEBUG_NATIVE: "COMPILE_CACHE" };
  const { stderr } = spawnSync(productNode, [join(root, "src/runtimes/stage.ts")], { env, encoding: "utf8" });
  const count = (words: string) => stderr.split(`${words} StrippedTypeScript file:`).length - 1;
  const missed = count("no transpile cache for");
  expect(missed + count("retrieving transpile cache for")).toBeGreaterThan(10);
  return missed;
}

it("compiles all programs of jobs, and again when one of their sources has changed", () => {
  expect(isCompiled()).toBe("false");
  compile();
  expect([isCompiled(), missing()]).toEqual(["true", 0]);
  for (const path of ["src/runtimes/stage.ts", "src/images/training-plan.ts"]) {
    appendFileSync(join(root, path), "// changed\n");
    expect(isCompiled()).toBe("false");
    compile();
    expect([isCompiled(), missing()]).toEqual(["true", 0]);
  }
});

it("is done by a server some seconds after its start", async () => {
  appendFileSync(join(root, "src/runtimes/stage.ts"), "// changed again\n");
  const program = join(root, "src/server/process/renew-programs.ts");
  const source = `import { renewPrograms } from ${JSON.stringify(program)}; renewPrograms();`;
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache };
  execFileSync(productNode, ["--input-type=module", "--eval", source], { env });
  // The process that compiles goes on by itself.
  await vi.waitFor(() => expect(isCompiled()).toBe("true"), 30_000);
  expect(missing()).toBe(0);
});
