import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "vite";
import { isStudioBuilt, markStudioBuilt } from "./studio-stamp.mjs";

/** Writes studio/dist, where it is not what the sources make. Text is kept compressed too, so that no request waits for it. */
const root = join(import.meta.dirname, "..");
const folder = join(root, "studio", "dist");

if (!isStudioBuilt(root) || process.argv.includes("--force")) {
  // Under a test runner this would make the packages' builds for development.
  process.env.NODE_ENV = "production";
  await build({ configFile: join(root, "studio", "vite.config.ts"), logLevel: "warn" });
  const texts = globSync("**/*.{js,css,html,svg}", { cwd: folder });
  await Promise.all(texts.map((file) => compress(join(folder, file))));
  markStudioBuilt(root);
}

async function compress(file: string): Promise<void> {
  const text = await readFile(file);
  // The highest quality costs the build three seconds of a core, and saves a first page 39 kB.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(text, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(text, { level: 9 }));
}
