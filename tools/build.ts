import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes what ships into dist/: the sources as JavaScript and the data they read, beside the package's description. */
const root = join(import.meta.dirname, "..");
const target = join(root, "dist");

await rm(target, { recursive: true, force: true });
await mkdir(target);
const tsc = join(root, "node_modules/.bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
execFileSync(process.execPath, [join(root, "tools", "studio.ts")], { stdio: "inherit" });
// The server shows the pages of docs/, and `exec` leads Python clients by those of clients/, which has modules for scripts too.
const data = [
  "src/**/*.facts",
  "src/environments/locks/*.txt",
  "src/environments/*.py",
  "src/executors/process/*.sh",
  "src/runtimes/serving/python/*.py",
  "src/runtimes/prep/python/**/*.py",
  "src/cli/connectors/*.lock.json",
  "docs/guide/*.md",
  "docs/reference/*.{md,json}",
  "docs/coverage.md",
  "clients/python/**/*.{py,yaml}",
  "clients/spark/*.py",
  "clients/toolkits/**/*.py",
  "src/fronts/studio/sign-in-page/*.{html,css,svg}",
];
const shipped = ["package.json", "LICENSE", "NOTICE", ...globSync(data, { cwd: root })];
for (const file of shipped) {
  await mkdir(dirname(join(target, file)), { recursive: true });
  await copyFile(join(root, file), join(target, file));
}
