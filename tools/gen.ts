import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generators } from "./gen/generators.ts";

/** `npm run gen` writes the generated files; with --check it names those that differ and fails. */
const root = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

for (const generate of generators) {
  for (const [path, text] of await generate(root)) {
    const file = join(root, path);
    if ((await readFile(file, "utf8").catch(() => undefined)) === text) continue;
    console.log(`${check ? "differs" : "written"}  ${path}`);
    if (check) process.exitCode = 1;
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
}
if (process.exitCode === 1) console.log("Run `npm run gen` and commit what it writes.");
