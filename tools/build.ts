import { execFileSync } from "node:child_process";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Writes what ships into dist/: the sources as JavaScript, beside the package's description. */
const root = join(import.meta.dirname, "..");
const target = join(root, "dist");

await rm(target, { recursive: true, force: true });
await mkdir(target);
const tsc = join(root, "node_modules/.bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
for (const file of ["package.json", "LICENSE", "NOTICE"]) await copyFile(join(root, file), join(target, file));
